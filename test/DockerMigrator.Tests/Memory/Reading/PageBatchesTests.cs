using CsCheck;
using DockerMigrator.Memory;
using DockerMigrator.Memory.Reading;

namespace DockerMigrator.Tests.Memory.Reading;

public sealed class PageBatchesTests
{
    private const ulong HugePage = 2 << 20;

    private static readonly Gen<List<PageRange>> AnyRanges =
        Gen.Select(Gen.ULong[0, 3000], Gen.ULong[1, 3000]).List[0, 40].Select(steps =>
        {
            var ranges = new List<PageRange>();
            var at = 1UL << 40;
            foreach (var (gap, pages) in steps)
            {
                var start = at + (gap * PageRange.PageSize);
                at = start + (pages * PageRange.PageSize);
                PageRanges.Append(ranges, new PageRange(start, at));
            }

            return ranges;
        });

    [Fact]
    public void Pieces_hold_all_pages_in_their_order_and_none_is_larger_than_it_may_be() =>
        Gen.Select(AnyRanges, Gen.Int[1, 2000]).Sample((ranges, pages) =>
        {
            var bytes = (long)pages * PageRange.PageSize;
            var pieces = PageBatches.Cut([new PagesToSend(7, 1, ranges)], bytes).ToList();

            var together = new List<PageRange>();
            foreach (var piece in pieces)
            {
                piece.Space.Should().Be(7);
                piece.Ranges.Should().NotBeEmpty();
                PageRanges.Pages(piece.Ranges).Should().BeInRange(1, pages);
                foreach (var range in piece.Ranges)
                    PageRanges.Append(together, range);
            }

            together.Should().Equal(ranges);
        });

    [Fact]
    public void No_huge_page_is_cut() => AnyRanges.Sample(ranges =>
    {
        var ends = PageBatches.Cut([new PagesToSend(7, 1, ranges)], PageBatches.PieceBytes).Select(piece => piece.Ranges[^1].End);

        ends.Where(end => end % HugePage != 0).Should().BeSubsetOf(ranges.Select(range => range.End));
    });

    [Fact]
    public void Address_spaces_do_not_share_a_piece()
    {
        var ranges = new[] { new PageRange(4096, 8192) };

        PageBatches.Cut([new PagesToSend(1, 1, ranges), new PagesToSend(2, 2, ranges)], PageBatches.PieceBytes).Select(piece => piece.Space).Should().Equal(1, 2);
    }
}
