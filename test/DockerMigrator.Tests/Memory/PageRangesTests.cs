using CsCheck;
using DockerMigrator.Memory;

namespace DockerMigrator.Tests.Memory;

public sealed class PageRangesTests
{
    private static readonly Gen<HashSet<int>> GenPages = Gen.Int[0, 60].HashSet[0, 40];

    [Fact]
    public void Both_have_what_the_intersection_has() => Gen.Select(GenPages, GenPages).Sample((first, second) =>
        ToPages(PageRanges.Intersect(ToRanges(first), ToRanges(second))).SetEquals(first.Intersect(second)));

    [Fact]
    public void Appended_ranges_neither_overlap_nor_touch() => GenPages.Sample(pages =>
    {
        var ranges = ToRanges(pages);
        return ToPages(ranges).SetEquals(pages) && ranges.Zip(ranges.Skip(1)).All(pair => pair.First.End < pair.Second.Start);
    });

    [Fact]
    public void The_pieces_of_a_range_make_it_up_and_are_in_the_set_or_not() => Gen.Select(GenPages, Gen.Int[0, 60], Gen.Int[0, 20]).Sample((pages, start, length) =>
    {
        var pieces = PageRanges.Divide(Range(start, start + length), ToRanges(pages)).ToList();
        return pieces.All(piece => ToPages([piece.Piece]).All(page => pages.Contains(page) == piece.IsInSet))
            && pieces.SelectMany(piece => Numbers(piece.Piece)).SequenceEqual(Enumerable.Range(start, length));
    });

    [Fact]
    public void What_is_out_of_order_is_refused()
    {
        var append = () => PageRanges.Append([Range(5, 6)], Range(3, 9));

        append.Should().Throw<ArgumentException>();
    }

    private static List<PageRange> ToRanges(IEnumerable<int> pages)
    {
        var ranges = new List<PageRange>();
        foreach (var page in pages.Order())
            PageRanges.Append(ranges, Range(page, page + 1));
        return ranges;
    }

    private static HashSet<int> ToPages(IEnumerable<PageRange> ranges) => [.. ranges.SelectMany(Numbers)];

    private static IEnumerable<int> Numbers(PageRange range) => Enumerable.Range((int)(range.Start / PageRange.PageSize), (int)range.Pages);

    private static PageRange Range(int start, int end) => new((ulong)start * PageRange.PageSize, (ulong)end * PageRange.PageSize);
}
