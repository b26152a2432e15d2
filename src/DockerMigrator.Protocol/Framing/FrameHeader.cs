using System.Buffers.Binary;

namespace DockerMigrator.Protocol.Framing;

/// <summary>
/// The five bytes before every frame: u32 length of the payload (little endian), u8 <see cref="FrameType"/>.
/// Integrity is the channel's business (ssh, TLS); bulk data has checksums of its own where it is stored.
/// </summary>
/// <param name="Type">What the payload is.</param>
/// <param name="Length">Its length in bytes, at most <see cref="MaxPayload"/>.</param>
public readonly record struct FrameHeader(FrameType Type, int Length)
{
    /// <summary>Bytes a header takes.</summary>
    public const int Size = 5;

    /// <summary>The longest payload of a data frame, in bytes.</summary>
    public const int MaxData = 256 * 1024;

    /// <summary>The longest payload of any frame: messages carry whole <c>docker inspect</c> answers.</summary>
    public const int MaxPayload = 16 * 1024 * 1024;

    /// <summary>Writes the header into the first <see cref="Size"/> bytes of <paramref name="target"/>.</summary>
    public void Write(Span<byte> target)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(target, (uint)Length);
        target[4] = (byte)Type;
    }

    /// <summary>Reads a header that the other side sent.</summary>
    /// <exception cref="FramingException">The type is unknown or the length impossible for it.</exception>
    public static FrameHeader Read(ReadOnlySpan<byte> bytes)
    {
        var length = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        var type = (FrameType)bytes[4];
        var longest = type switch
        {
            FrameType.Message => MaxPayload,
            FrameType.Data => MaxData,
            FrameType.DataEnd or FrameType.Alive => 0,
            _ => throw new FramingException($"The other side sent a frame of the unknown type {bytes[4]}."),
        };
        return length <= (uint)longest
            ? new FrameHeader(type, (int)length)
            : throw new FramingException($"The other side announced a {type} frame of {length} bytes; at most {longest} are allowed.");
    }
}
