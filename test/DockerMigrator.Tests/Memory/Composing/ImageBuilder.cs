using System.Buffers.Binary;
using DockerMigrator.Criu.Images;

namespace DockerMigrator.Tests.Memory.Composing;

/// <summary>Images as CRIU writes them.</summary>
internal static class ImageBuilder
{
    public static byte[] Pagemap(uint pagesId, PagemapFormat format, IEnumerable<PagemapEntry> entries)
    {
        byte[] empty = [.. Words(ImageFile.CommonMagic, PagemapImage.Magic), .. Record([8, (byte)pagesId])];
        return PagemapImage.Parse(empty).Encode(entries, format);
    }

    public static byte[] Mappings(params IEnumerable<(ulong Start, ulong End, uint Flags)> mappings)
    {
        var message = new List<byte>();
        foreach (var (start, end, flags) in mappings)
        {
            byte[] mapping = [8, .. Number(start), 16, .. Number(end), 24, 0, 32, 0, 40, 3, 48, .. Number(flags), 56, .. Number(1 | (1 << 9))];
            message.AddRange([(14 << 3) | 2, .. Number((ulong)mapping.Length), .. mapping]);
        }

        return [.. Words(ImageFile.CommonMagic, MappingsImage.Magic), .. Record([.. message])];
    }

    public static byte[] Memfds(params (ulong Id, ulong Size)[] files) =>
        [.. Words(ImageFile.CommonMagic, SharedMemoryImages.MemfdMagic), .. files.SelectMany(file => Record([10, 1, (byte)'x', 32, .. Number(file.Size), 40, .. Number(file.Id)]))];

    public static byte[] SystemV(params (ulong Id, ulong Size)[] segments) =>
        [
            .. Words(ImageFile.CommonMagic, SharedMemoryImages.SystemVMagic),
            .. segments.SelectMany(segment =>
            {
                byte[] description = [8, 1, 56, .. Number(segment.Id)];
                return Record([10, (byte)description.Length, .. description, 16, .. Number(segment.Size), 24, 1]);
            }),
        ];

    private static byte[] Record(byte[] message) => [.. Words((uint)message.Length), .. message];

    private static byte[] Words(params uint[] words)
    {
        var bytes = new byte[words.Length * 4];
        for (var i = 0; i < words.Length; i++)
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(i * 4), words[i]);
        return bytes;
    }

    private static byte[] Number(ulong value)
    {
        var bytes = new List<byte>();
        for (; value >= 0x80; value >>= 7)
            bytes.Add((byte)(value | 0x80));
        bytes.Add((byte)value);
        return [.. bytes];
    }
}
