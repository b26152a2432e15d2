using System.Buffers.Binary;
using DockerMigrator.Memory.Sharing;

namespace DockerMigrator.Memory.Streaming;

/// <summary>
/// The head of a record of the page stream. All numbers are little-endian.
/// <code>
/// stream = record* end
/// record = head[24] data[length] xxh3(head data):u64
/// head   = kind:u8 0:u8[3] space:u32 address:u64 count:u32 length:u32
/// </code>
/// <list type="table">
/// <item><term>Pages</term><description><c>count</c> pages from <c>address</c> on; the data is their content.</description></item>
/// <item><term>Packed</term><description>The same, compressed with zstd.</description></item>
/// <item><term>Zero</term><description><c>count</c> pages of zeros; no data.</description></item>
/// <item><term>Tracked, Present</term><description>
/// A piece of the address space's layout: <c>count</c> pairs of u64, start and end of a range; <c>address</c> is the PID in the container.
/// </description></item>
/// <item><term>Segment</term><description>The same of a segment of shared memory, whose ID is <c>address</c>.</description></item>
/// <item><term>End</term><description>The last record; <c>count</c> is the number of records before it, modulo 2^32.</description></item>
/// </list>
/// </summary>
/// <param name="Kind">What it is.</param>
/// <param name="Space">Number of the address space.</param>
/// <param name="Address">See the kinds.</param>
/// <param name="Count">See the kinds.</param>
/// <param name="Length">Bytes of data.</param>
internal readonly record struct PageRecord(PageRecordKind Kind, uint Space, ulong Address, uint Count, int Length)
{
    /// <summary>Bytes of a head.</summary>
    public const int HeadSize = 24;

    /// <summary>Bytes of the checksum behind the data.</summary>
    public const int ChecksumSize = 8;

    /// <summary>Most bytes of data in a record.</summary>
    public const int MaxLength = 1 << 20;

    /// <summary>Most pages of zeros in a record: 64 GiB.</summary>
    public const uint MaxZeroPages = 1 << 24;

    /// <summary>Bytes of a range in a layout record.</summary>
    public const int RangeSize = 16;

    /// <summary>Writes the head.</summary>
    public void Write(Span<byte> target)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(target, (uint)Kind);
        BinaryPrimitives.WriteUInt32LittleEndian(target[4..], Space);
        BinaryPrimitives.WriteUInt64LittleEndian(target[8..], Address);
        BinaryPrimitives.WriteUInt32LittleEndian(target[16..], Count);
        BinaryPrimitives.WriteInt32LittleEndian(target[20..], Length);
    }

    /// <summary>Reads a head that the other side sent.</summary>
    /// <exception cref="PageStreamException">It is none.</exception>
    public static PageRecord Read(ReadOnlySpan<byte> head)
    {
        var record = new PageRecord(
            (PageRecordKind)BinaryPrimitives.ReadUInt32LittleEndian(head),
            BinaryPrimitives.ReadUInt32LittleEndian(head[4..]),
            BinaryPrimitives.ReadUInt64LittleEndian(head[8..]),
            BinaryPrimitives.ReadUInt32LittleEndian(head[16..]),
            BinaryPrimitives.ReadInt32LittleEndian(head[20..]));
        return record.IsPossible ? record : throw new PageStreamException($"it holds an impossible record ({record.Kind}, {record.Count} items, {record.Length} bytes)");
    }

    private bool IsPossible => Kind switch
    {
        PageRecordKind.Pages => Count > 0 && Length == (long)Count * PageRange.PageSize && Length <= MaxLength && IsRange(Address, Count),
        PageRecordKind.Packed => Count is > 0 and <= MaxLength / PageRange.PageSize && Length is > 0 and <= MaxLength && IsRange(Address, Count),
        PageRecordKind.Zero => Count is > 0 and <= MaxZeroPages && Length == 0 && IsRange(Address, Count),
        PageRecordKind.Tracked or PageRecordKind.Present => Length == (long)Count * RangeSize && Length <= MaxLength && Address is > 0 and <= int.MaxValue && !SegmentLayout.IsSegment(Space),
        PageRecordKind.Segment => Length == (long)Count * RangeSize && Length <= MaxLength && SegmentLayout.IsSegment(Space),
        PageRecordKind.End => Length == 0,
        _ => false,
    };

    // User addresses have at most 56 bits on any architecture there is.
    private static bool IsRange(ulong address, uint pages) =>
        address % PageRange.PageSize == 0 && address < 1UL << 56 && address + ((ulong)pages * PageRange.PageSize) <= 1UL << 56;
}
