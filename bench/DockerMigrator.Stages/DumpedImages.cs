using System.Buffers.Binary;
using DockerMigrator.Criu.Images;
using DockerMigrator.Memory;

namespace DockerMigrator.Stages;

/// <summary>Images of a process as CRIU writes them when all its memory was sent before: mappings, and not one page.</summary>
internal static class DumpedImages
{
    private const byte Length = 4; // bytes of a record's length

    /// <summary>Writes them to a directory.</summary>
    public static void Write(string directory, int pid, IReadOnlyList<PageRange> mappings)
    {
        // The head says only in which file the pages are: field 1, number 1.
        File.WriteAllBytes(Path.Combine(directory, PagemapImage.NameOf(pid)), [.. Words(ImageFile.CommonMagic, PagemapImage.Magic, 2), 8, 1]);
        File.WriteAllBytes(Path.Combine(directory, PagemapImage.PagesNameOf(1)), []);
        var message = new List<byte>();
        foreach (var mapping in mappings)
        {
            // start, end, pgoff, shmid, prot (read and write), flags (private, anonymous), status (regular, private anonymous)
            byte[] entry = [8, .. Number(mapping.Start), 16, .. Number(mapping.End), 24, 0, 32, 0, 40, 3, 48, 0x22, 56, .. Number(1 | (1 << 9))];
            message.AddRange([(14 << 3) | 2, .. Number((ulong)entry.Length), .. entry]);
        }

        File.WriteAllBytes(Path.Combine(directory, MappingsImage.NameOf(pid)), [.. Words(ImageFile.CommonMagic, MappingsImage.Magic, (uint)message.Count), .. message]);
    }

    private static byte[] Words(params uint[] words)
    {
        var bytes = new byte[words.Length * Length];
        for (var i = 0; i < words.Length; i++)
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(i * Length), words[i]);
        return bytes;
    }

    private static IEnumerable<byte> Number(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
            yield return (byte)(value | 0x80);
        yield return (byte)value;
    }
}
