using System.Buffers;
using DockerMigrator.Memory.Tracking.Hashes;
using DockerMigrator.Memory.Tracking.Spaces;

namespace DockerMigrator.Memory.Sharing;

/// <summary>A segment with a hash of each page's content as it was last sent.</summary>
/// <param name="number">Its number.</param>
/// <param name="segment">The segment.</param>
internal sealed class TrackedSegment(uint number, SharedSegment segment) : IDisposable
{
    // Fits the processor's cache, so that a page is hashed where it was read to.
    private const int BatchBytes = 256 << 10;

    private const ulong PartBytes = 16 << 20;

    private bool _isReported;

    /// <summary>Its number.</summary>
    public uint Number => number;

    /// <summary>The segment, as it was found last.</summary>
    public SharedSegment Segment { get; private set; } = segment;

    /// <summary>What was sent.</summary>
    public PageValues Sent { get; } = new();

    /// <summary>It was found again. Nobody may be reading it.</summary>
    public void Replace(SharedSegment found)
    {
        Segment.Dispose();
        Segment = found;
    }

    /// <summary>The pages that it has, and those of them that are not as they were sent, or never were.</summary>
    /// <param name="processors">How many threads may be at work.</param>
    /// <param name="cancellationToken">Ends the work between two parts.</param>
    public (IReadOnlyList<PageRange> Present, IReadOnlyList<PageRange> Changed) Scan(int processors, CancellationToken cancellationToken)
    {
        var present = new List<PageRange>();
        foreach (var range in Segment.FindData())
            PageRanges.Append(present, range);
        Sent.ForgetOthers(present);
        if (!_isReported)
        {
            _isReported = true;
            return (present, present);
        }

        var parts = Divide(present);
        var changed = new List<PageRange>[parts.Count];
        Parallel.For(
            0, parts.Count, new ParallelOptions { MaxDegreeOfParallelism = processors, CancellationToken = cancellationToken },
            index => changed[index] = FindChanged(parts[index]));
        var all = new List<PageRange>();
        foreach (var range in changed.SelectMany(ranges => ranges))
            PageRanges.Append(all, range);
        return (present, all);
    }

    /// <inheritdoc/>
    public void Dispose() => Segment.Dispose();

    private static List<PageRange> Divide(List<PageRange> present)
    {
        var parts = new List<PageRange>();
        foreach (var range in present)
        {
            for (var start = range.Start; start < range.End; start += PartBytes)
                parts.Add(new PageRange(start, Math.Min(range.End, start + PartBytes)));
        }

        return parts;
    }

    private List<PageRange> FindChanged(PageRange part)
    {
        var changed = new List<PageRange>();
        var buffer = ArrayPool<byte>.Shared.Rent(BatchBytes);
        for (var start = part.Start; start < part.End;)
        {
            var read = Segment.Read(start, buffer.AsSpan(0, (int)Math.Min(BatchBytes, part.End - start)));
            // Cut short while it was looked at; or, in the freeze, an error, which whoever reads it again to send it will tell.
            if (read == 0)
            {
                PageRanges.Append(changed, part with { Start = start });
                break;
            }

            for (var offset = 0; offset < read; offset += PageRange.PageSize, start += PageRange.PageSize)
            {
                if (Sent[start] != PageHash.Of(buffer.AsSpan(offset, PageRange.PageSize)))
                    PageRanges.Append(changed, new PageRange(start, start + PageRange.PageSize));
            }
        }

        ArrayPool<byte>.Shared.Return(buffer);
        return changed;
    }
}
