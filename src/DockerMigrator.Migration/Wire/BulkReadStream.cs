using DockerMigrator.Protocol.Framing;

namespace DockerMigrator.Migration.Wire;

/// <summary>The bulk data of the request under way, as a stream that ends where the data ends.</summary>
/// <param name="link">Where it comes from.</param>
/// <param name="cancellationToken">Cancels reads, also the synchronous ones.</param>
public sealed class BulkReadStream(SourceLink link, CancellationToken cancellationToken) : Stream
{
    private ReceivedFrame? _frame;
    private int _used;
    private bool _ended;

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (!await FillAsync())
            return 0;
        return Take(buffer.Span);
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        // Tree receivers are synchronous on threads of their own, so blocking here holds up nobody else.
        if (_frame is null && !FillAsync().AsTask().GetAwaiter().GetResult())
            return 0;
        return Take(buffer);
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <summary>Reads and forgets all that is left, so that the next request can be read.</summary>
    public async ValueTask DrainAsync()
    {
        while (await FillAsync())
            Release();
    }

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            Release();
        base.Dispose(disposing);
    }

    private async ValueTask<bool> FillAsync()
    {
        while (_frame is null)
        {
            if (_ended)
                return false;
            var frame = await link.NextFrameAsync(cancellationToken);
            switch (frame.Type)
            {
                case FrameType.Data when frame.Payload.Length > 0:
                    _frame = frame;
                    _used = 0;
                    break;
                case FrameType.Data:
                    frame.Dispose();
                    break;
                case FrameType.DataEnd:
                    frame.Dispose();
                    _ended = true;
                    break;
                default:
                    frame.Dispose();
                    throw new FramingException($"The source sent a {frame.Type} frame in the middle of bulk data.");
            }
        }

        return true;
    }

    private int Take(Span<byte> buffer)
    {
        var rest = _frame!.Payload.Span[_used..];
        var count = Math.Min(rest.Length, buffer.Length);
        rest[..count].CopyTo(buffer);
        _used += count;
        if (_used == _frame.Payload.Length)
            Release();
        return count;
    }

    private void Release()
    {
        _frame?.Dispose();
        _frame = null;
    }
}
