using System.Buffers.Binary;
using System.Diagnostics;
using System.IO.Hashing;
using DockerMigrator.Memory.Sharing;
using ZstdSharp;

namespace DockerMigrator.Memory.Streaming;

/// <summary>Writes the page stream that <see cref="PageRecord"/> tells of. Pages of zeros cost 32 bytes a run. Not thread-safe.</summary>
/// <param name="target">Where to.</param>
/// <param name="compression">Whether pages are compressed.</param>
public sealed class PageStreamWriter(Stream target, PageCompression compression = PageCompression.None) : IDisposable
{
    // The fastest that zstd has: what counts is to keep up with the link.
    private const int Level = 1;

    // Smaller pieces compress badly, and are too few to matter.
    private const int SmallestPiece = 4 * PageRange.PageSize;

    /// <summary>Most pages to be written at once.</summary>
    public const int MaxPages = PageRecord.MaxLength / PageRange.PageSize;

    private readonly byte[] _head = new byte[PageRecord.HeadSize];
    private readonly byte[] _checksum = new byte[PageRecord.ChecksumSize];
    private readonly CompressionChoice _choice = new();
    private Compressor? _compressor;
    private byte[] _packed = [];
    private uint _records;

    /// <summary>Pages with content that were written.</summary>
    public long Pages { get; private set; }

    /// <summary>Pages of zeros that were written.</summary>
    public long ZeroPages { get; private set; }

    /// <summary>Bytes that this took on the wire.</summary>
    public long Bytes { get; private set; }

    /// <summary>Writes pages; those that are all zero only as such.</summary>
    /// <param name="space">Number of the address space.</param>
    /// <param name="address">Address of the first one.</param>
    /// <param name="pages">Their content, at most <see cref="MaxPages"/> of them.</param>
    public void Write(uint space, ulong address, ReadOnlySpan<byte> pages)
    {
        while (!pages.IsEmpty)
        {
            var isZero = IsZero(pages[..PageRange.PageSize]);
            var length = PageRange.PageSize;
            while (length < pages.Length && IsZero(pages.Slice(length, PageRange.PageSize)) == isZero)
                length += PageRange.PageSize;
            var count = (uint)(length / PageRange.PageSize);
            if (isZero)
            {
                Write(new PageRecord(PageRecordKind.Zero, space, address, count, 0), default);
                ZeroPages += count;
            }
            else
            {
                WriteContent(space, address, count, pages[..length]);
                Pages += count;
            }

            address += (ulong)length;
            pages = pages[length..];
        }
    }

    /// <summary>Writes what a frozen address space consists of.</summary>
    public void WriteLayout(SpaceLayout layout)
    {
        WriteRanges(PageRecordKind.Tracked, layout.Space, (ulong)layout.ContainerPid, layout.Tracked);
        WriteRanges(PageRecordKind.Present, layout.Space, (ulong)layout.ContainerPid, layout.Present);
    }

    /// <summary>Writes what a frozen segment of shared memory consists of.</summary>
    public void WriteLayout(SegmentLayout layout) => WriteRanges(PageRecordKind.Segment, layout.Space, layout.Id, layout.Present);

    /// <summary>Writes the end of the stream.</summary>
    public void Complete() => Write(new PageRecord(PageRecordKind.End, 0, 0, _records, 0), default);

    /// <inheritdoc/>
    public void Dispose() => _compressor?.Dispose();

    private void WriteContent(uint space, ulong address, uint count, ReadOnlySpan<byte> pages)
    {
        var before = Bytes;
        long start;
        if (ShouldPack(pages.Length) && TryPack(pages) is var packed and > 0)
        {
            start = Stopwatch.GetTimestamp();
            Write(new PageRecord(PageRecordKind.Packed, space, address, count, packed), _packed.AsSpan(0, packed));
        }
        else
        {
            start = Stopwatch.GetTimestamp();
            Write(new PageRecord(PageRecordKind.Pages, space, address, count, pages.Length), pages);
        }

        if (compression == PageCompression.Auto)
            _choice.Sent(Bytes - before, Stopwatch.GetElapsedTime(start));
    }

    private bool ShouldPack(int length) => length >= SmallestPiece && compression switch
    {
        PageCompression.None => false,
        PageCompression.Zstd => true,
        _ => _choice.Next(),
    };

    // Length of what is in the buffer then; 0 if it would not be smaller.
    private int TryPack(ReadOnlySpan<byte> pages)
    {
        var start = Stopwatch.GetTimestamp();
        _compressor ??= new Compressor(Level);
        if (_packed.Length == 0)
            _packed = new byte[Compressor.GetCompressBound(PageRecord.MaxLength)];
        var length = _compressor.Wrap(pages, _packed);
        _choice.Packed(pages.Length, length, Stopwatch.GetElapsedTime(start));
        return length < pages.Length ? length : 0;
    }

    private static bool IsZero(ReadOnlySpan<byte> page) => !page.ContainsAnyExcept((byte)0);

    private void WriteRanges(PageRecordKind kind, uint space, ulong id, IReadOnlyList<PageRange> ranges)
    {
        const int Most = PageRecord.MaxLength / PageRecord.RangeSize;
        // An empty list is a record, too: the address space is known by its layout.
        var written = 0;
        do
        {
            var count = Math.Min(ranges.Count - written, Most);
            var data = new byte[count * PageRecord.RangeSize];
            for (var i = 0; i < count; i++)
            {
                BinaryPrimitives.WriteUInt64LittleEndian(data.AsSpan(i * PageRecord.RangeSize), ranges[written + i].Start);
                BinaryPrimitives.WriteUInt64LittleEndian(data.AsSpan((i * PageRecord.RangeSize) + 8), ranges[written + i].End);
            }

            Write(new PageRecord(kind, space, id, (uint)count, data.Length), data);
            written += count;
        }
        while (written < ranges.Count);
    }

    private void Write(PageRecord record, ReadOnlySpan<byte> data)
    {
        record.Write(_head);
        var hash = new XxHash3();
        hash.Append(_head);
        hash.Append(data);
        BinaryPrimitives.WriteUInt64LittleEndian(_checksum, hash.GetCurrentHashAsUInt64());
        target.Write(_head);
        target.Write(data);
        target.Write(_checksum);
        _records++;
        Bytes += _head.Length + data.Length + _checksum.Length;
    }
}
