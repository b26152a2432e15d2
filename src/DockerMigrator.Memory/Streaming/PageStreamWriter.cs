using System.Buffers.Binary;
using System.IO.Hashing;

namespace DockerMigrator.Memory.Streaming;

/// <summary>Writes the page stream that <see cref="PageRecord"/> tells of. Pages of zeros cost 32 bytes a run. Not thread-safe.</summary>
public sealed class PageStreamWriter(Stream target)
{
    /// <summary>Most pages to be written at once.</summary>
    public const int MaxPages = PageRecord.MaxLength / PageRange.PageSize;

    private readonly byte[] _head = new byte[PageRecord.HeadSize];
    private readonly byte[] _checksum = new byte[PageRecord.ChecksumSize];
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
                Write(new PageRecord(PageRecordKind.Pages, space, address, count, length), pages[..length]);
                Pages += count;
            }

            address += (ulong)length;
            pages = pages[length..];
        }
    }

    /// <summary>Writes what a frozen address space consists of.</summary>
    public void WriteLayout(SpaceLayout layout)
    {
        WriteRanges(PageRecordKind.Tracked, layout, layout.Tracked);
        WriteRanges(PageRecordKind.Present, layout, layout.Present);
    }

    /// <summary>Writes the end of the stream.</summary>
    public void Complete() => Write(new PageRecord(PageRecordKind.End, 0, 0, _records, 0), default);

    private static bool IsZero(ReadOnlySpan<byte> page) => !page.ContainsAnyExcept((byte)0);

    private void WriteRanges(PageRecordKind kind, SpaceLayout layout, IReadOnlyList<PageRange> ranges)
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

            Write(new PageRecord(kind, layout.Space, (ulong)layout.ContainerPid, (uint)count, data.Length), data);
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
