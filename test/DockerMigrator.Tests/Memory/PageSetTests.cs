using CsCheck;
using DockerMigrator.Memory;

namespace DockerMigrator.Tests.Memory;

public sealed class PageSetTests
{
    private static readonly Gen<bool[]> Sets = Gen.Bool.Array[40];

    [Fact]
    public void They_are_the_operations_on_sets() => Gen.Select(Sets, Sets).Sample((a, b) =>
    {
        Members(PageRanges.Union(Ranges(a), Ranges(b))).Should().Equal(Zip(a, b, (x, y) => x || y));
        Members(PageRanges.Intersect(Ranges(a), Ranges(b))).Should().Equal(Zip(a, b, (x, y) => x && y));
        Members(PageRanges.Subtract(Ranges(a), Ranges(b))).Should().Equal(Zip(a, b, (x, y) => x && !y));
        PageRanges.Pages(Ranges(a)).Should().Be(a.Count(x => x));
    });

    [Fact]
    public void Ranges_that_touch_become_one() => Gen.Select(Sets, Sets).Sample((a, b) =>
    {
        foreach (var set in new[] { PageRanges.Union(Ranges(a), Ranges(b)), PageRanges.Intersect(Ranges(a), Ranges(b)), PageRanges.Subtract(Ranges(a), Ranges(b)) })
        {
            for (var i = 1; i < set.Count; i++)
                set[i - 1].End.Should().BeLessThan(set[i].Start);
        }
    });

    private static IEnumerable<bool> Zip(bool[] a, bool[] b, Func<bool, bool, bool> operation) => a.Zip(b, operation);

    // Cut into single pages now and then, as trackers may report them.
    private static List<PageRange> Ranges(bool[] set)
    {
        var ranges = new List<PageRange>();
        for (var i = 0; i < set.Length; i++)
        {
            if (!set[i])
                continue;
            var page = new PageRange((ulong)i * PageRange.PageSize, (ulong)(i + 1) * PageRange.PageSize);
            if (ranges.Count > 0 && ranges[^1].End == page.Start && i % 3 != 0)
                ranges[^1] = ranges[^1] with { End = page.End };
            else
                ranges.Add(page);
        }

        return ranges;
    }

    private static IEnumerable<bool> Members(IReadOnlyList<PageRange> ranges) =>
        Enumerable.Range(0, 40).Select(i => ranges.Any(range => range.Start <= (ulong)i * PageRange.PageSize && (ulong)i * PageRange.PageSize < range.End));
}
