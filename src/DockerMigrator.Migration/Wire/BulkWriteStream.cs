using DockerMigrator.Protocol.Framing;

namespace DockerMigrator.Migration.Wire;

/// <summary>
/// The bulk data of one request, as a stream to write to. Ends early with <see cref="BulkRefusedException"/> when the
/// agent has answered before the data was complete: it will not want the rest.
/// </summary>
public sealed class BulkWriteStream : Stream
{
    private readonly FramedLink _link;
    private readonly Task _reply;
    private readonly Action<long>? _progress;
    private readonly CancellationToken _cancellationToken;
    private readonly byte[] _frame = new byte[FrameHeader.Size + FrameHeader.MaxData];
    private int _filled;

    /// <summary>A stream of data frames.</summary>
    /// <param name="link">Where they go.</param>
    /// <param name="reply">Completes when the agent has answered.</param>
    /// <param name="progress">Told the bytes of each frame that went out.</param>
    /// <param name="cancellationToken">Cancels writes, also the synchronous ones.</param>
    public BulkWriteStream(FramedLink link, Task reply, Action<long>? progress, CancellationToken cancellationToken)
    {
        _link = link;
        _reply = reply;
        _progress = progress;
        _cancellationToken = cancellationToken;
    }

    /// <summary>Bytes written so far.</summary>
    public long Total { get; private set; }

    /// <inheritdoc/>
    public override bool CanRead => false;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => Total;
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (!buffer.IsEmpty)
        {
            var count = Math.Min(buffer.Length, FrameHeader.MaxData - _filled);
            buffer[..count].CopyTo(_frame.AsMemory(FrameHeader.Size + _filled));
            _filled += count;
            buffer = buffer[count..];
            if (_filled == FrameHeader.MaxData)
                await SendFrameAsync();
        }
    }

    /// <inheritdoc/>
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            var count = Math.Min(buffer.Length, FrameHeader.MaxData - _filled);
            buffer[..count].CopyTo(_frame.AsSpan(FrameHeader.Size + _filled));
            _filled += count;
            buffer = buffer[count..];
            // The tree walkers are synchronous on threads of their own, so blocking here holds up nobody else.
            if (_filled == FrameHeader.MaxData)
                SendFrameAsync().AsTask().GetAwaiter().GetResult();
        }
    }

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <summary>Does nothing: frames go out when they are full, and with <see cref="CompleteAsync"/>.</summary>
    public override void Flush()
    {
    }

    /// <summary>Sends what is left, and the end mark.</summary>
    public async ValueTask CompleteAsync()
    {
        if (_filled > 0)
            await SendFrameAsync();
        await EndAsync();
    }

    /// <summary>Sends the end mark without what is left: the other side knows already, or will learn by the next request.</summary>
    public ValueTask EndAsync() => _link.SendAsync(FrameType.DataEnd, _frame.AsMemory(0, FrameHeader.Size), CancellationToken.None);

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    private async ValueTask SendFrameAsync()
    {
        if (_reply.IsCompleted)
            throw new BulkRefusedException();
        _cancellationToken.ThrowIfCancellationRequested();
        await _link.SendAsync(FrameType.Data, _frame.AsMemory(0, FrameHeader.Size + _filled), _cancellationToken);
        Total += _filled;
        _progress?.Invoke(_filled);
        _filled = 0;
    }
}
