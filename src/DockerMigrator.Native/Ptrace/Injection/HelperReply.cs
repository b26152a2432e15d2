using System.Buffers.Binary;
using DockerMigrator.Native.Files;

namespace DockerMigrator.Native.Ptrace.Injection;

/// <summary>The helper's answer on the wire: outcome, error, descriptor and microseconds stopped, 32 bits each, little-endian.</summary>
internal static class HelperReply
{
    /// <summary>Bytes of a reply.</summary>
    public const int Size = 16;

    /// <summary>Writes it.</summary>
    public static void Write(in InjectionResult result, Span<byte> data)
    {
        BinaryPrimitives.WriteInt32LittleEndian(data, (int)result.Outcome);
        BinaryPrimitives.WriteInt32LittleEndian(data[4..], (int)result.Error);
        BinaryPrimitives.WriteInt32LittleEndian(data[8..], result.Descriptor);
        BinaryPrimitives.WriteInt32LittleEndian(data[12..], (int)Math.Min(result.Stopped.TotalMicroseconds, int.MaxValue));
    }

    /// <summary>Parses it.</summary>
    public static InjectionResult Read(ReadOnlySpan<byte> data) => new(
        (InjectionOutcome)BinaryPrimitives.ReadInt32LittleEndian(data),
        (Errno)BinaryPrimitives.ReadInt32LittleEndian(data[4..]),
        BinaryPrimitives.ReadInt32LittleEndian(data[8..]),
        TimeSpan.FromMicroseconds(BinaryPrimitives.ReadInt32LittleEndian(data[12..])));
}
