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
            Add(result, j == b.Count || (i < a.Count && a[i].Start <= b[j].Start) ? a[i++] : b[j++]);
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
                Add(result, common);
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
                    Add(result, new PageRange(start, b[k].Start));
                start = Math.Max(start, b[k].End);
            }

            if (start < range.End)
                Add(result, range with { Start = start });
        }

        return result;
    }

    private static void Add(List<PageRange> result, PageRange range)
    {
        if (result.Count > 0 && range.Start <= result[^1].End)
            result[^1] = result[^1] with { End = Math.Max(result[^1].End, range.End) };
        else
            result.Add(range);
    }
}
