namespace DockerMigrator.Memory;

/// <summary>Sets of pages as lists of ranges: sorted, not overlapping, not empty; results have no two that touch.</summary>
public static class PageRanges
{
    /// <summary>Number of pages.</summary>
    public static long Pages(IReadOnlyList<PageRange> set) => set.Sum(range => range.Pages);

    /// <summary>What is in one of the two.</summary>
    public static IReadOnlyList<PageRange> Union(IReadOnlyList<PageRange> a, IReadOnlyList<PageRange> b)
    {
        var result = new List<PageRange>(a.Count + b.Count);
        for (int i = 0, j = 0; i < a.Count || j < b.Count;)
            Append(result, j == b.Count || (i < a.Count && a[i].Start <= b[j].Start) ? a[i++] : b[j++]);
        return result;
    }

    /// <summary>What is in both.</summary>
    public static IReadOnlyList<PageRange> Intersect(IReadOnlyList<PageRange> a, IReadOnlyList<PageRange> b)
    {
        var result = new List<PageRange>();
        for (int i = 0, j = 0; i < a.Count && j < b.Count;)
        {
            var common = new PageRange(Math.Max(a[i].Start, b[j].Start), Math.Min(a[i].End, b[j].End));
            if (common.Start < common.End)
                Append(result, common);
            if (a[i].End < b[j].End)
                i++;
            else
                j++;
        }

        return result;
    }

    /// <summary>What is in the first and not in the second.</summary>
    public static IReadOnlyList<PageRange> Subtract(IReadOnlyList<PageRange> a, IReadOnlyList<PageRange> b)
    {
        var result = new List<PageRange>(a.Count);
        var j = 0;
        foreach (var range in a)
        {
            while (j < b.Count && b[j].End <= range.Start)
                j++;
            var start = range.Start;
            for (var k = j; k < b.Count && b[k].Start < range.End; k++)
            {
                if (start < b[k].Start)
                    Append(result, new PageRange(start, b[k].Start));
                start = Math.Max(start, b[k].End);
            }

            if (start < range.End)
                Append(result, range with { Start = start });
        }

        return result;
    }

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
