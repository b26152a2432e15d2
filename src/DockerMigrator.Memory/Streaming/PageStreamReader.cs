using System.Buffers.Binary;
using System.IO.Hashing;
using DockerMigrator.Memory.Sharing;
using ZstdSharp;

namespace DockerMigrator.Memory.Streaming;

/// <summary>Reads a page stream (<see cref="PageRecord"/>) and hands its pages on, checksums and bounds checked before.</summary>
public static class PageStreamReader
{
    // A process that has every second page of 64 GiB has as many ranges.
    private const int MostRanges = 8 << 20;

    /// <summary>Reads to the end record and not a byte further.</summary>
    /// <exception cref="PageStreamException">The stream is torn or damaged.</exception>
    public static ReceivedPages Read(Stream source, IPageSink sink)
    {
        var buffer = GC.AllocateUninitializedArray<byte>(PageRecord.HeadSize + PageRecord.MaxLength + PageRecord.ChecksumSize);
        var layouts = new SortedDictionary<uint, (int Pid, List<PageRange> Tracked, List<PageRange> Present)>();
        var segments = new SortedDictionary<uint, (ulong Id, List<PageRange> Present)>();
        using var unpacker = new Decompressor();
        var unpacked = Array.Empty<byte>();
        long pages = 0;
        var ranges = 0;
        try
        {
            for (uint records = 0; ; records++)
            {
                var record = ReadRecord(source, buffer, out var data);
                switch (record.Kind)
                {
                    case PageRecordKind.Pages:
                        sink.Write(record.Space, record.Address, data);
                        pages += record.Count;
                        break;
                    case PageRecordKind.Packed:
                        if (unpacked.Length == 0)
                            unpacked = new byte[PageRecord.MaxLength];
                        sink.Write(record.Space, record.Address, Unpack(unpacker, data, unpacked.AsSpan(0, (int)record.Count * PageRange.PageSize)));
                        pages += record.Count;
                        break;
                    case PageRecordKind.Zero:
                        sink.WriteZero(record.Space, record.Address, record.Count);
                        pages += record.Count;
                        break;
                    case PageRecordKind.Tracked or PageRecordKind.Present or PageRecordKind.Segment:
                        if ((ranges += (int)record.Count) > MostRanges)
                            throw new PageStreamException($"its layouts have more than {MostRanges} ranges");
                        AddRanges(record.Kind == PageRecordKind.Segment ? RangesOf(segments, record) : RangesOf(layouts, record), data);
                        break;
                    case PageRecordKind.End when record.Count == records:
                        return new ReceivedPages(
                            pages,
                            [.. layouts.Select(pair => new SpaceLayout(pair.Key, 0, pair.Value.Pid, pair.Value.Tracked, pair.Value.Present))],
                            [.. segments.Select(pair => new SegmentLayout(pair.Key, pair.Value.Id, pair.Value.Present))]);
                    case PageRecordKind.End:
                        throw new PageStreamException("records are missing");
                    default:
                        throw new PageStreamException($"it holds a record of the kind {record.Kind}, which was not agreed upon");
                }
            }
        }
        catch (EndOfStreamException)
        {
            throw new PageStreamException("it ended too early");
        }
    }

    private static PageRecord ReadRecord(Stream source, byte[] buffer, out ReadOnlySpan<byte> data)
    {
        source.ReadExactly(buffer.AsSpan(0, PageRecord.HeadSize));
        var record = PageRecord.Read(buffer);
        var length = PageRecord.HeadSize + record.Length;
        source.ReadExactly(buffer.AsSpan(PageRecord.HeadSize, record.Length + PageRecord.ChecksumSize));
        if (XxHash3.HashToUInt64(buffer.AsSpan(0, length)) != BinaryPrimitives.ReadUInt64LittleEndian(buffer.AsSpan(length)))
            throw new PageStreamException("a checksum is wrong");
        data = buffer.AsSpan(PageRecord.HeadSize, record.Length);
        return record;
    }

    private static ReadOnlySpan<byte> Unpack(Decompressor unpacker, ReadOnlySpan<byte> data, Span<byte> pages)
    {
        try
        {
            return unpacker.Unwrap(data, pages) == pages.Length ? pages : throw new PageStreamException("compressed pages are not as many as announced");
        }
        catch (ZstdException e)
        {
            throw new PageStreamException($"compressed pages cannot be read ({e.Message})");
        }
    }

    private static List<PageRange> RangesOf(SortedDictionary<uint, (ulong Id, List<PageRange> Present)> segments, PageRecord record)
    {
        if (!segments.TryGetValue(record.Space, out var segment))
            segments.Add(record.Space, segment = (record.Address, []));
        return segment.Id == record.Address ? segment.Present : throw new PageStreamException("shared memory has two IDs");
    }

    private static List<PageRange> RangesOf(SortedDictionary<uint, (int Pid, List<PageRange> Tracked, List<PageRange> Present)> layouts, PageRecord record)
    {
        if (!layouts.TryGetValue(record.Space, out var layout))
            layouts.Add(record.Space, layout = ((int)record.Address, [], []));
        if (layout.Pid != (int)record.Address)
            throw new PageStreamException("an address space belongs to two processes");
        return record.Kind == PageRecordKind.Tracked ? layout.Tracked : layout.Present;
    }

    private static void AddRanges(List<PageRange> ranges, ReadOnlySpan<byte> data)
    {
        for (; !data.IsEmpty; data = data[PageRecord.RangeSize..])
        {
            var range = new PageRange(BinaryPrimitives.ReadUInt64LittleEndian(data), BinaryPrimitives.ReadUInt64LittleEndian(data[8..]));
            var isSorted = range.Start < range.End && (ranges.Count == 0 || ranges[^1].End <= range.Start);
            if (!isSorted || range.Start % PageRange.PageSize != 0 || range.End % PageRange.PageSize != 0 || range.End > 1UL << 56)
                throw new PageStreamException("a layout has ranges that are not in order");
            ranges.Add(range);
        }
    }
}
