using System.Buffers;
using DockerMigrator.Protocol.Framing;

namespace DockerMigrator.Migration.Wire;

/// <summary>A frame that came in. Dispose it to give its buffer back.</summary>
/// <param name="header">Its type and length.</param>
/// <param name="buffer">A rented buffer that begins with the payload.</param>
public sealed class ReceivedFrame(FrameHeader header, byte[] buffer) : IDisposable
{
    private byte[]? _buffer = buffer;

    /// <summary>What it carries.</summary>
    public FrameType Type => header.Type;

    /// <summary>What it carries, in bytes.</summary>
    public ReadOnlyMemory<byte> Payload => _buffer.AsMemory(0, header.Length);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _buffer, null) is { } rented)
            ArrayPool<byte>.Shared.Return(rented);
    }
}
