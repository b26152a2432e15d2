using DockerMigrator.Native.Files;

namespace DockerMigrator.Memory.Lazy;

/// <summary>Gives pages to processes.</summary>
internal sealed class PageDelivery : IDisposable
{
    /// <summary>The most that is delivered at once.</summary>
    public const int LongestChunk = 2 << 20;

    private const ulong Page = PageRange.PageSize;

    private readonly PageBuffer _buffer = new(LongestChunk);

    /// <summary>Bytes that have been delivered.</summary>
    public long Delivered { get; private set; }

    /// <summary>Gives a process outstanding pages, at most <see cref="LongestChunk"/>, and settles what it has got.</summary>
    public DeliveryResult Deliver(LazySpace space, LazyRange range)
    {
        space.Read(range, _buffer.Span[..(int)range.Bytes]);
        var limit = (ulong)range.Bytes;
        for (var address = range.Start; address < range.End;)
        {
            var length = Math.Min(range.End - address, limit);
            var error = space.Faults.Copy(address, _buffer.Span.Slice((int)(address - range.Start), (int)length), out var copied);
            Delivered += (long)copied;
            var settled = copied;
            switch (error)
            {
                case Errno.None:
                    limit = Math.Max(limit, Math.Min(limit * 2, (ulong)range.Bytes));
                    break;
                case Errno.EAGAIN when copied > 0:
                    // A part: the next attempt tells why not more.
                    break;
                case Errno.EEXIST:
                    _ = space.Faults.Wake(address + copied, Page);
                    settled += Page;
                    break;
                case Errno.ENOENT when length > Page:
                    // The program has divided the mapping since.
                    limit = Math.Max(Page, length / 2 & ~(Page - 1));
                    break;
                case Errno.ENOENT:
                    // Not in a fork's memory (MADV_DONTFORK), or not any more. Who waits shall find out for himself.
                    _ = space.Faults.Wake(address, Page);
                    settled += Page;
                    break;
                case Errno.EAGAIN or Errno.ENOMEM:
                    return DeliveryResult.Later;
                case Errno.ESRCH or Errno.ENOSPC:
                    return DeliveryResult.Gone;
                default:
                    throw Failure(error);
            }

            if (settled > 0)
                space.Settle(address, address + settled);
            address += settled;
        }

        return DeliveryResult.Settled;
    }

    /// <summary>Gives a process a page of zeros where none is outstanding.</summary>
    public static DeliveryResult DeliverZero(LazySpace space, ulong address)
    {
        var error = space.Faults.Zero(address, Page, out _);
        switch (error)
        {
            case Errno.None:
                return DeliveryResult.Settled;
            case Errno.EEXIST or Errno.ENOENT:
                _ = space.Faults.Wake(address, Page);
                return DeliveryResult.Settled;
            case Errno.EAGAIN or Errno.ENOMEM:
                return DeliveryResult.Later;
            case Errno.ESRCH or Errno.ENOSPC:
                return DeliveryResult.Gone;
            default:
                throw Failure(error);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _buffer.Dispose();

    private static LazyServerException Failure(Errno error) => new($"The kernel refuses to take the container's memory: {error.Describe()}.");
}
