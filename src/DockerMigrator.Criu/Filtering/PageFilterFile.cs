using System.Buffers.Binary;

namespace DockerMigrator.Criu.Filtering;

/// <summary>The file by which the page filter is told what to hide; <c>page-filter.c</c> has the format.</summary>
internal static class PageFilterFile
{
    private const ulong Magic = 0x32304544494844;
    private const int Header = 5;
    private const int Item = 3 * sizeof(ulong);

    /// <summary>Offset of the number of times that the filter was loaded.</summary>
    public const int Loads = 2 * sizeof(ulong);

    /// <summary>Offset of the number of pages that it hid.</summary>
    public const int HiddenPages = 3 * sizeof(ulong);

    // The filter maps a whole page to read the header.
    private const int Smallest = 4096;

    /// <summary>Offset of how often the filter hid a segment.</summary>
    /// <param name="ranges">Number of ranges in the file.</param>
    /// <param name="segment">Index of the segment.</param>
    public static int TimesHidden(int ranges, int segment) => (Header * sizeof(ulong)) + ((ranges + segment) * Item) + (2 * sizeof(ulong));

    /// <summary>The file's content.</summary>
    /// <exception cref="ArgumentException">Ranges are empty or overlap.</exception>
    public static byte[] Write(IEnumerable<HiddenRange> ranges, IReadOnlyList<HiddenSegment> segments)
    {
        var sorted = ranges.OrderBy(range => range.Pid).ThenBy(range => range.Start).ToList();
        var file = new byte[Math.Max(Smallest, (Header * sizeof(ulong)) + ((sorted.Count + segments.Count) * Item))];
        BinaryPrimitives.WriteUInt64LittleEndian(file, Magic);
        BinaryPrimitives.WriteUInt64LittleEndian(file.AsSpan(sizeof(ulong)), (ulong)sorted.Count);
        BinaryPrimitives.WriteUInt64LittleEndian(file.AsSpan(4 * sizeof(ulong)), (ulong)segments.Count);
        var rest = file.AsSpan(Header * sizeof(ulong));
        var previous = default(HiddenRange);
        foreach (var range in sorted)
        {
            if (range.End <= range.Start || (range.Pid == previous.Pid && range.Start < previous.End))
                throw new ArgumentException($"The range {range} is empty or overlaps another one.", nameof(ranges));
            Append(ref rest, (ulong)range.Pid, range.Start, range.End);
            previous = range;
        }

        foreach (var segment in segments)
            Append(ref rest, segment.FileSystem.Packed, segment.Inode, 0);

        return file;
    }

    private static void Append(ref Span<byte> rest, ulong first, ulong second, ulong third)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(rest, first);
        BinaryPrimitives.WriteUInt64LittleEndian(rest[8..], second);
        BinaryPrimitives.WriteUInt64LittleEndian(rest[16..], third);
        rest = rest[Item..];
    }
}
