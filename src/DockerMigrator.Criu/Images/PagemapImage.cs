using System.Buffers;
using System.Buffers.Binary;

namespace DockerMigrator.Criu.Images;

/// <summary>
/// The image of where the pages of a process are, <c>pagemap-PID.img</c>: two magic numbers, then records of a length and a
/// message, of which the first is the head (CRIU's <c>images/pagemap.proto</c>).
/// </summary>
public sealed class PagemapImage
{
    /// <summary>Second word of the image, little-endian.</summary>
    public const uint Magic = 0x56084025;

    private const int StartField = 1;
    private const int NarrowPagesField = 2;
    private const int InParentField = 3;
    private const int FlagsField = 4;
    private const int WidePagesField = 5;
    private const int PagesIdField = 1;

    private readonly ReadOnlyMemory<byte> _head;

    private PagemapImage(ReadOnlyMemory<byte> head, uint pagesId, IReadOnlyList<PagemapEntry> entries, PagemapFormat? format)
    {
        _head = head;
        PagesId = pagesId;
        Entries = entries;
        Format = format;
    }

    /// <summary>Number of the file of pages, <c>pages-N.img</c>.</summary>
    public uint PagesId { get; }

    /// <summary>The entries, in order of address.</summary>
    public IReadOnlyList<PagemapEntry> Entries { get; }

    /// <summary>The form in which the entries are written; null if there are none.</summary>
    public PagemapFormat? Format { get; }

    /// <summary>Name of the image of a process, by its PID in the container.</summary>
    public static string NameOf(int containerPid) => $"pagemap-{containerPid}.img";

    /// <summary>Name of the image of a segment of shared memory, by its ID (<see cref="SharedMemoryImages"/>).</summary>
    public static string NameOfShared(ulong id) => $"pagemap-shmem-{id}.img";

    /// <summary>Name of a file of pages.</summary>
    public static string PagesNameOf(uint pagesId) => $"pages-{pagesId}.img";

    /// <summary>The form that a version of CRIU writes and reads.</summary>
    public static PagemapFormat FormatOf(Version criu) => criu >= new Version(4, 2) ? PagemapFormat.Wide : PagemapFormat.Narrow;

    /// <summary>Parses an image.</summary>
    /// <exception cref="InvalidDataException">It is not such an image, is torn, or its entries are not in order.</exception>
    public static PagemapImage Parse(ReadOnlyMemory<byte> image)
    {
        var rest = ImageRecords.After(Magic, image, "where pages are");
        if (!ImageRecords.TryTake(ref rest, out var head))
            throw new InvalidDataException("An image of where pages are has no head.");
        var entries = new List<PagemapEntry>();
        PagemapFormat? format = null;
        while (ImageRecords.TryTake(ref rest, out var record))
        {
            var (entry, form) = ParseEntry(record);
            if (entries.Count > 0 && entry.Start < entries[^1].End)
                throw new InvalidDataException("The entries of an image of where pages are are not in order.");
            entries.Add(entry);
            format ??= form;
        }

        return new PagemapImage(head, ParseHead(head.Span), entries, format);
    }

    /// <summary>Writes an image with the same head and other entries: those that were read as they were, byte for byte.</summary>
    public byte[] Encode(IEnumerable<PagemapEntry> entries, PagemapFormat format)
    {
        var output = new ArrayBufferWriter<byte>();
        WriteWord(output, ImageFile.CommonMagic);
        WriteWord(output, Magic);
        WriteWord(output, (uint)_head.Length);
        output.Write(_head.Span);
        foreach (var entry in entries)
        {
            var record = entry.Encoded ?? EncodeEntry(entry, format);
            WriteWord(output, (uint)record.Length);
            output.Write(record.Span);
        }

        return output.WrittenSpan.ToArray();
    }

    private static uint ParseHead(ReadOnlySpan<byte> head)
    {
        var reader = new ProtobufReader(head);
        while (reader.Read())
        {
            if (reader.Field == PagesIdField)
                return (uint)reader.Number;
        }

        throw new InvalidDataException("An image of where pages are does not say in which file.");
    }

    private static (PagemapEntry Entry, PagemapFormat Format) ParseEntry(ReadOnlyMemory<byte> record)
    {
        ulong start = 0, narrow = 0;
        ulong? wide = null;
        PagemapFlags? flags = null;
        var inParent = false;
        var reader = new ProtobufReader(record.Span);
        while (reader.Read())
        {
            switch (reader.Field)
            {
                case StartField:
                    start = reader.Number;
                    break;
                case NarrowPagesField:
                    narrow = reader.Number;
                    break;
                case InParentField:
                    inParent = reader.Number != 0;
                    break;
                case FlagsField:
                    flags = (PagemapFlags)reader.Number;
                    break;
                case WidePagesField:
                    wide = reader.Number;
                    break;
            }
        }

        var pages = wide ?? narrow;
        if (start % PagemapEntry.PageSize != 0 || pages is 0 or > ulong.MaxValue / PagemapEntry.PageSize || start + (pages * PagemapEntry.PageSize) < start)
            throw new InvalidDataException("An entry of an image of where pages are is impossible.");
        // Very old images have no flags.
        var effective = (flags ?? (inParent ? PagemapFlags.None : PagemapFlags.Present)) | (inParent ? PagemapFlags.Parent : PagemapFlags.None);
        return (new PagemapEntry(start, pages, effective, record), wide is null ? PagemapFormat.Narrow : PagemapFormat.Wide);
    }

    private static ReadOnlyMemory<byte> EncodeEntry(PagemapEntry entry, PagemapFormat format)
    {
        var output = new ArrayBufferWriter<byte>(32);
        WriteNumber(output, StartField, entry.Start);
        WriteNumber(output, NarrowPagesField, format == PagemapFormat.Narrow ? entry.Pages : 0);
        WriteNumber(output, FlagsField, (ulong)entry.Flags);
        if (format == PagemapFormat.Wide)
            WriteNumber(output, WidePagesField, entry.Pages);
        return output.WrittenMemory;
    }

    private static void WriteNumber(ArrayBufferWriter<byte> output, int field, ulong value)
    {
        output.Write([(byte)(field << 3)]);
        for (; value >= 0x80; value >>= 7)
            output.Write([(byte)(value | 0x80)]);
        output.Write([(byte)value]);
    }

    private static void WriteWord(ArrayBufferWriter<byte> output, uint value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(output.GetSpan(sizeof(uint)), value);
        output.Advance(sizeof(uint));
    }
}
