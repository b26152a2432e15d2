using System.Collections.Concurrent;
using System.Numerics;

namespace DockerMigrator.Memory.Storing;

/// <summary>
/// A set of pages of an address space, a bit each: 32 KiB for a GiB of them, wherever they are. May be changed from several
/// threads at once.
/// </summary>
public sealed class PageBitmap
{
    private const int PageShift = 12;
    private const int WordBits = 64;
    private const int ChunkShift = 15; // 128 MiB of addresses in 4 KiB of bits
    private const int ChunkPages = 1 << ChunkShift;

    private readonly ConcurrentDictionary<ulong, ulong[]> _chunks = new();

    /// <summary>Adds pages.</summary>
    public void Set(PageRange range) => Change(range, set: true);

    /// <summary>Takes pages out.</summary>
    public void Clear(PageRange range) => Change(range, set: false);

    /// <summary>The first page of a range that is not in the set; null if all are.</summary>
    public ulong? FindMissing(PageRange range) => Find(range, present: false) is var address && address < range.End ? address : null;

    /// <summary>The stretches of a range that are in the set, in order.</summary>
    public IEnumerable<PageRange> Within(PageRange range)
    {
        for (var start = Find(range, present: true); start < range.End;)
        {
            var end = Find(range with { Start = start }, present: false);
            yield return new PageRange(start, end);
            start = Find(range with { Start = end }, present: true);
        }
    }

    /// <summary>All stretches in the set, in order; two that meet may be told apart.</summary>
    public IEnumerable<PageRange> All()
    {
        foreach (var key in _chunks.Keys.Order())
        {
            var start = key << (ChunkShift + PageShift);
            foreach (var range in Within(new PageRange(start, start + ((ulong)ChunkPages << PageShift))))
                yield return range;
        }
    }

    /// <summary>How many pages are in the set.</summary>
    public long Count()
    {
        long count = 0;
        foreach (var chunk in _chunks.Values)
        {
            foreach (var word in chunk)
                count += BitOperations.PopCount(word);
        }

        return count;
    }

    private void Change(PageRange range, bool set)
    {
        var end = range.End >> PageShift;
        for (var page = range.Start >> PageShift; page < end;)
        {
            var next = Math.Min(end, (page | (WordBits - 1)) + 1);
            var mask = MaskOf((int)(page % WordBits), (int)(next - page));
            var word = (int)(page % ChunkPages / WordBits);
            if (set)
                Interlocked.Or(ref _chunks.GetOrAdd(page >> ChunkShift, static _ => new ulong[ChunkPages / WordBits])[word], mask);
            else if (_chunks.TryGetValue(page >> ChunkShift, out var chunk))
                Interlocked.And(ref chunk[word], ~mask);
            page = next;
        }
    }

    // The first page at or behind the start that is (not) in the set; the end if there is none.
    private ulong Find(PageRange range, bool present)
    {
        var end = range.End >> PageShift;
        for (var page = range.Start >> PageShift; page < end;)
        {
            if (!_chunks.TryGetValue(page >> ChunkShift, out var chunk))
            {
                if (!present)
                    return page << PageShift;
                page = ((page >> ChunkShift) + 1) << ChunkShift;
                continue;
            }

            var bit = (int)(page % WordBits);
            var word = Volatile.Read(ref chunk[(int)(page % ChunkPages / WordBits)]);
            var found = (present ? word : ~word) >> bit;
            if (found != 0)
                return Math.Min(page + (ulong)BitOperations.TrailingZeroCount(found), end) << PageShift;
            page += (ulong)(WordBits - bit);
        }

        return range.End;
    }

    private static ulong MaskOf(int first, int count) => (count == WordBits ? ulong.MaxValue : (1UL << count) - 1) << first;
}
