namespace DockerMigrator.Migration.Transport.Data;

/// <summary>
/// Gathers what is written until it is worth a call, or flushed; reads go straight through. For below TLS, which writes each of its records of 16 KiB
/// by itself: the receiver would be woken by each.
/// </summary>
/// <param name="inner">Where it goes; owned.</param>
internal sealed class GatheringStream(Stream inner) : Stream
{
    private const int BufferBytes = 256 * 1024;

    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(BufferBytes);
    private int _filled;

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => inner.Read(buffer, offset, count);

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer) => inner.Read(buffer);

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (buffer.Length > BufferBytes - _filled)
            Flush();
        if (buffer.Length > BufferBytes)
        {
            inner.Write(buffer);
            return;
        }

        buffer.CopyTo(_buffer.AsSpan(_filled));
        _filled += buffer.Length;
    }

    /// <inheritdoc/>
    public override void Flush()
    {
        if (_filled > 0)
            inner.Write(_buffer.AsSpan(0, _filled));
        _filled = 0;
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        // What was not flushed is not sent: whoever closes in the middle of something has given up.
        if (disposing)
            inner.Dispose();
        base.Dispose(disposing);
    }
}
