namespace DockerMigrator.Memory.Lazy;

/// <summary>
/// The pages that a process has not got yet, in order of address. Two ranges that meet are kept apart, as they may be of two mappings.
/// </summary>
/// <remarks>
/// A list of blocks of a few hundred ranges: finding is two binary searches, and a change moves no more than a block or the list of
/// blocks, so that a hundred thousand ranges take no time that anybody would notice.
/// </remarks>
public sealed class OutstandingRanges
{
    private const int BlockLength = 256;

    // None of them empty.
    private readonly List<List<LazyRange>> _blocks = [];

    /// <summary>No ranges.</summary>
    public OutstandingRanges()
    {
    }

    /// <summary>Ranges in order, which are stored under the addresses where they belong.</summary>
    public OutstandingRanges(IEnumerable<PageRange> ranges)
    {
        foreach (var range in ranges)
            Append(new LazyRange(range.Start, range.End, range.Start));
    }

    private OutstandingRanges(OutstandingRanges other)
    {
        foreach (var block in other._blocks)
            _blocks.Add([.. block]);
        Bytes = other.Bytes;
    }

    /// <summary>Bytes in all ranges.</summary>
    public long Bytes { get; private set; }

    /// <summary>Whether there is nothing left.</summary>
    public bool IsEmpty => _blocks.Count == 0;

    /// <summary>All ranges, in order.</summary>
    public IEnumerable<LazyRange> All() => _blocks.SelectMany(static block => block);

    /// <summary>A copy that changes on its own.</summary>
    public OutstandingRanges Copy() => new(this);

    /// <summary>The range that an address is in.</summary>
    public bool TryFind(ulong address, out LazyRange range) => TryFindNext(address, out range) && range.Start <= address;

    /// <summary>The range that an address is in, or else the first one behind it.</summary>
    public bool TryFindNext(ulong address, out LazyRange range)
    {
        var (block, index) = Find(address);
        range = block < _blocks.Count ? _blocks[block][index] : default;
        return block < _blocks.Count;
    }

    /// <summary>Adds a range where there is none.</summary>
    public void Add(LazyRange range)
    {
        var (block, index) = Find(range.Start);
        if (block == _blocks.Count)
        {
            Append(range);
            return;
        }

        Bytes += range.Bytes;
        Insert(block, index, range);
    }

    /// <summary>Moves all that is within a stretch of addresses to where there is nothing.</summary>
    public void Move(ulong from, ulong to, ulong length)
    {
        var moved = new List<LazyRange>();
        Remove(from, from + length, moved.Add);
        foreach (var range in moved)
            Add(range.MovedTo(range.Start - from + to));
    }

    /// <summary>Takes out all that is within a stretch of addresses.</summary>
    public void Remove(ulong start, ulong end, Action<LazyRange> removed)
    {
        var (block, index) = Find(start);
        while (block < _blocks.Count)
        {
            var ranges = _blocks[block];
            var range = ranges[index];
            if (range.Start >= end)
                return;
            var inside = range;
            if (inside.Start < start)
                inside = inside.From(start);
            if (inside.End > end)
                inside = inside.UpTo(end);
            Bytes -= inside.Bytes;
            removed(inside);
            (block, index) = Cut(block, index, range, inside);
        }
    }

    // Takes a part out of a range; returns the place behind it.
    private (int Block, int Index) Cut(int block, int index, LazyRange range, LazyRange inside)
    {
        var ranges = _blocks[block];
        var before = inside.Start > range.Start;
        var behind = inside.End < range.End;
        if (before)
            ranges[index++] = range.UpTo(inside.Start);
        if (behind && before)
            return Insert(block, index, range.From(inside.End));
        if (behind)
            ranges[index] = range.From(inside.End);
        else if (!before)
            ranges.RemoveAt(index);
        if (ranges.Count == 0)
        {
            _blocks.RemoveAt(block);
            return (block, 0);
        }

        return index < ranges.Count ? (block, index) : (block + 1, 0);
    }

    private (int Block, int Index) Insert(int block, int index, LazyRange range)
    {
        var ranges = _blocks[block];
        ranges.Insert(index, range);
        if (ranges.Count <= 2 * BlockLength)
            return (block, index);
        _blocks.Insert(block + 1, ranges.GetRange(BlockLength, ranges.Count - BlockLength));
        ranges.RemoveRange(BlockLength, ranges.Count - BlockLength);
        return index < BlockLength ? (block, index) : (block + 1, index - BlockLength);
    }

    private void Append(LazyRange range)
    {
        Bytes += range.Bytes;
        if (_blocks.Count == 0 || _blocks[^1].Count >= BlockLength)
            _blocks.Add(new List<LazyRange>(BlockLength));
        _blocks[^1].Add(range);
    }

    // The first range that ends behind an address; the number of blocks if there is none.
    private (int Block, int Index) Find(ulong address)
    {
        int low = 0, high = _blocks.Count;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_blocks[middle][^1].End <= address)
                low = middle + 1;
            else
                high = middle;
        }

        if (low == _blocks.Count)
            return (low, 0);
        var ranges = _blocks[low];
        int first = 0, last = ranges.Count;
        while (first < last)
        {
            var middle = (first + last) / 2;
            if (ranges[middle].End <= address)
                first = middle + 1;
            else
                last = middle;
        }

        return (low, first);
    }
}
