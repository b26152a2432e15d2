using System.Buffers.Binary;

namespace DockerMigrator.Native.Ptrace.Injection;

/// <summary>What the helper is asked to do: four 32-bit numbers, little-endian, the first being <see cref="Mark"/>.</summary>
/// <param name="Kind">What to do.</param>
/// <param name="Thread">In which thread; 0 where none matters.</param>
/// <param name="Number">With which descriptor; 0 where none matters.</param>
internal readonly record struct HelperRequest(HelperRequestKind Kind, int Thread, int Number)
{
    /// <summary>Bytes of a request.</summary>
    public const int Size = 16;

    private const int Mark = 0x544a4e49; // "INJT"

    /// <summary>Parses a request; null if it is none.</summary>
    public static HelperRequest? Read(ReadOnlySpan<byte> data)
    {
        var kind = (HelperRequestKind)BinaryPrimitives.ReadInt32LittleEndian(data[4..]);
        if (BinaryPrimitives.ReadInt32LittleEndian(data) != Mark || !Enum.IsDefined(kind))
            return null;
        return new HelperRequest(kind, BinaryPrimitives.ReadInt32LittleEndian(data[8..]), BinaryPrimitives.ReadInt32LittleEndian(data[12..]));
    }

    /// <summary>Writes it.</summary>
    public void Write(Span<byte> data)
    {
        BinaryPrimitives.WriteInt32LittleEndian(data, Mark);
        BinaryPrimitives.WriteInt32LittleEndian(data[4..], (int)Kind);
        BinaryPrimitives.WriteInt32LittleEndian(data[8..], Thread);
        BinaryPrimitives.WriteInt32LittleEndian(data[12..], Number);
    }
}
