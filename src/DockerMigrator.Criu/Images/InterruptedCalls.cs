using System.Buffers;
using System.Buffers.Binary;
using DockerMigrator.Criu.Errors;
using DockerMigrator.Native.Ptrace;

namespace DockerMigrator.Criu.Images;

/// <summary>
/// Repairs the system calls that CRIU broke off (<see cref="InterruptedCall"/>) in the images of threads,
/// <c>core-TID.img</c>: two magic numbers, then length and <c>core_entry</c> (CRIU's <c>images/core.proto</c> and
/// <c>core-x86.proto</c>). Everything but the two registers stays as it is, byte for byte.
/// </summary>
public static class InterruptedCalls
{
    /// <summary>Second word of the image of a thread, little-endian.</summary>
    public const uint CoreMagic = 0x55053847;

    private const int HeaderLength = 8;

    // core_entry.thread_info (there only for x86) and thread_info.gpregs bear the same number; a register's field is its
    // index + 1.
    private const int MessageField = 2;
    private const int FirstRegister = 1;

    /// <summary>Repairs all threads of an image directory.</summary>
    /// <returns>How many had such a call.</returns>
    /// <exception cref="CriuException">The image of a thread is torn.</exception>
    public static int Repair(string directory)
    {
        var repaired = 0;
        foreach (var path in Directory.EnumerateFiles(directory, "core-*.img"))
        {
            try
            {
                if (TryRepair(File.ReadAllBytes(path)) is not { } image)
                    continue;
                File.WriteAllBytes(path, image);
                repaired++;
            }
            catch (Exception exception) when (exception is IOException or InvalidDataException)
            {
                throw new CriuException($"CRIU's image {Path.GetFileName(path)} of a thread cannot be used: {exception.Message}", exception);
            }
        }

        return repaired;
    }

    /// <summary>The repaired image of a thread; null if nothing needs repair.</summary>
    /// <exception cref="InvalidDataException">It is not such an image, or torn.</exception>
    public static byte[]? TryRepair(ReadOnlySpan<byte> image)
    {
        if (image.Length < HeaderLength + sizeof(uint) || BinaryPrimitives.ReadUInt32LittleEndian(image) != ImageFile.CommonMagic
            || BinaryPrimitives.ReadUInt32LittleEndian(image[4..]) != CoreMagic)
        {
            throw new InvalidDataException("Not the image of a thread.");
        }

        var rest = image[(HeaderLength + sizeof(uint))..];
        if (BinaryPrimitives.ReadUInt32LittleEndian(image[HeaderLength..]) != rest.Length)
            throw new InvalidDataException("The image of a thread is torn.");
        if (!TryReadRegisters(rest, out var registers) || !InterruptedCall.RepairRestored(ref registers))
            return null;

        var core = RewriteNested(rest, depth: 2, registers);
        var repaired = new byte[HeaderLength + sizeof(uint) + core.Length];
        image[..HeaderLength].CopyTo(repaired);
        BinaryPrimitives.WriteUInt32LittleEndian(repaired.AsSpan(HeaderLength), (uint)core.Length);
        core.CopyTo(repaired.AsSpan(HeaderLength + sizeof(uint)));
        return repaired;
    }

    /// <summary>The registers in a <c>core_entry</c>; false for another architecture than x86.</summary>
    /// <exception cref="InvalidDataException">It is torn.</exception>
    public static bool TryReadRegisters(ReadOnlySpan<byte> core, out X64Registers registers)
    {
        registers = default;
        if (!TryFind(core, out var thread) || !TryFind(thread, out var general))
            return false;
        var reader = new ProtobufReader(general);
        while (reader.Read())
        {
            if (reader.Field <= X64Registers.Count)
                registers[reader.Field - FirstRegister] = reader.Number;
        }

        return true;
    }

    private static bool TryFind(ReadOnlySpan<byte> message, out ReadOnlySpan<byte> nested)
    {
        var reader = new ProtobufReader(message);
        while (reader.Read())
        {
            if (reader.Field != MessageField)
                continue;
            nested = reader.Bytes;
            return true;
        }

        nested = default;
        return false;
    }

    private static ReadOnlySpan<byte> RewriteNested(ReadOnlySpan<byte> message, int depth, in X64Registers registers)
    {
        var output = new ArrayBufferWriter<byte>();
        var reader = new ProtobufReader(message);
        while (reader.Read())
        {
            if (depth > 0 && reader.Field == MessageField)
            {
                var nested = RewriteNested(reader.Bytes, depth - 1, registers);
                WriteVariable(output, (MessageField << 3) | 2);
                WriteVariable(output, (ulong)nested.Length);
                output.Write(nested);
            }
            else if (depth == 0 && reader.Field - FirstRegister is X64Registers.Ax or X64Registers.Ip)
            {
                WriteVariable(output, (ulong)reader.Field << 3);
                WriteVariable(output, registers[reader.Field - FirstRegister]);
            }
            else
            {
                output.Write(reader.Encoded);
            }
        }

        return output.WrittenSpan;
    }

    private static void WriteVariable(ArrayBufferWriter<byte> output, ulong value)
    {
        for (; value >= 0x80; value >>= 7)
            output.Write([(byte)(value | 0x80)]);
        output.Write([(byte)value]);
    }
}
