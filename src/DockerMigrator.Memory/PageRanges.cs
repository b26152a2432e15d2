namespace DockerMigrator.Memory;

/// <summary>Sets of pages as lists of ranges that are sorted, do not overlap and do not touch.</summary>
public static class PageRanges
{
    /// <summary>Adds a range that starts at or behind the start of the last one.</summary>
    /// <exception cref="ArgumentException">It starts before.</exception>
    public static void Append(List<PageRange> ranges, PageRange range)
    {
        if (range.End <= range.Start)
            return;
        if (ranges.Count > 0 && range.Start < ranges[^1].Start)
            throw new ArgumentException("Ranges are to be appended in order: pages would be lost.", nameof(range));
        if (ranges.Count > 0 && range.Start <= ranges[^1].End)
            ranges[^1] = ranges[^1] with { End = Math.Max(ranges[^1].End, range.End) };
        else
            ranges.Add(range);
    }

    /// <summary>The pages that are in both sets.</summary>
    public static List<PageRange> Intersect(IReadOnlyList<PageRange> first, IReadOnlyList<PageRange> second)
    {
        var result = new List<PageRange>();
        for (int i = 0, j = 0; i < first.Count && j < second.Count;)
        {
            Append(result, new PageRange(Math.Max(first[i].Start, second[j].Start), Math.Min(first[i].End, second[j].End)));
            if (first[i].End < second[j].End)
                i++;
            else
                j++;
        }

        return result;
    }

    /// <summary>The pages of <paramref name="range"/>, divided at the borders of a set.</summary>
    /// <param name="range">What to divide.</param>
    /// <param name="set">The set.</param>
    /// <returns>The pieces, ascending, and whether each is in the set.</returns>
    public static IEnumerable<(PageRange Piece, bool IsInSet)> Divide(PageRange range, IReadOnlyList<PageRange> set)
    {
        var at = range.Start;
        for (var i = FindFirst(set, range.Start); i < set.Count && set[i].Start < range.End; i++)
        {
            var start = Math.Max(set[i].Start, range.Start);
            var end = Math.Min(set[i].End, range.End);
            if (at < start)
                yield return (new PageRange(at, start), false);
            yield return (new PageRange(start, end), true);
            at = end;
        }

        if (at < range.End)
            yield return (new PageRange(at, range.End), false);
    }

    // Index of the first range that ends behind an address.
    private static int FindFirst(IReadOnlyList<PageRange> set, ulong address)
    {
        int low = 0, high = set.Count;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (set[middle].End <= address)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }
}
