using System.Buffers.Binary;

namespace DockerMigrator.Criu.Filtering;

/// <summary>The file by which the page filter is told what to hide; <c>page-filter.c</c> has the format.</summary>
internal static class PageFilterFile
{
    private const ulong Magic = 0x31304544494844;
    private const int Header = 4;

    /// <summary>Offset of the number of times that the filter was loaded.</summary>
    public const int Loads = 2 * sizeof(ulong);

    /// <summary>Offset of the number of pages that it hid.</summary>
    public const int HiddenPages = 3 * sizeof(ulong);

    // The filter maps a whole page to read the header.
    private const int Smallest = 4096;

    /// <summary>The file's content.</summary>
    /// <exception cref="ArgumentException">Ranges are empty or overlap.</exception>
    public static byte[] Write(IEnumerable<HiddenRange> ranges)
    {
        var sorted = ranges.OrderBy(range => range.Pid).ThenBy(range => range.Start).ToList();
        var file = new byte[Math.Max(Smallest, (Header + (3 * sorted.Count)) * sizeof(ulong))];
        BinaryPrimitives.WriteUInt64LittleEndian(file, Magic);
        BinaryPrimitives.WriteUInt64LittleEndian(file.AsSpan(sizeof(ulong)), (ulong)sorted.Count);
        var rest = file.AsSpan(Header * sizeof(ulong));
        var previous = default(HiddenRange);
        foreach (var range in sorted)
        {
            if (range.End <= range.Start || (range.Pid == previous.Pid && range.Start < previous.End))
                throw new ArgumentException($"The range {range} is empty or overlaps another one.", nameof(ranges));
            BinaryPrimitives.WriteUInt64LittleEndian(rest, (ulong)range.Pid);
            BinaryPrimitives.WriteUInt64LittleEndian(rest[8..], range.Start);
            BinaryPrimitives.WriteUInt64LittleEndian(rest[16..], range.End);
            rest = rest[24..];
            previous = range;
        }

        return file;
    }
}
