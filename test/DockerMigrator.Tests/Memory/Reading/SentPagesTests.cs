using CsCheck;
using DockerMigrator.Memory;
using DockerMigrator.Memory.Reading;

namespace DockerMigrator.Tests.Memory.Reading;

public sealed class SentPagesTests
{
    private const int Page = PageRange.PageSize;
    private const int Pages = 300;

    private static readonly Gen<(uint Space, int Start, int Count, byte Value)> Write =
        Gen.Select(Gen.UInt[1, 2], Gen.Int[0, Pages - 1], Gen.Int[1, 80], Gen.Byte[0, 2]);

    [Theory]
    [InlineData(1 << 20)]
    [InlineData(2 << 10)] // two blocks
    [InlineData(0)]
    public void Whoever_gets_the_pages_that_are_to_be_sent_has_what_the_sender_has(long bound) => Write.Array[1, 60].Sample(
        writes =>
        {
            var sent = new SentPages(bound);
            var (here, there) = (new Dictionary<(uint, ulong), byte>(), new Dictionary<(uint, ulong), byte>());
            foreach (var (space, start, count, value) in writes)
            {
                var range = new PageRange((ulong)start * Page, (ulong)(start + count) * Page);
                var content = new byte[range.Bytes];
                // Pages of the same value, but for one: what changes and what does not is mixed.
                content.AsSpan().Fill(value);
                content[^1] = (byte)(value + start);
                var changed = sent.Renew(space, range, content);
                PageRanges.Subtract(changed, [range]).Should().BeEmpty();
                foreach (var page in Addresses(range))
                    here[(space, page)] = content[(int)(page - range.Start) + Page - 1];
                foreach (var page in changed.SelectMany(Addresses))
                    there[(space, page)] = content[(int)(page - range.Start) + Page - 1];
            }

            there.Should().Equal(here);
        },
        iter: 200);

    [Fact]
    public void A_page_that_holds_what_it_held_is_sent_once()
    {
        var sent = new SentPages(1 << 20);
        var content = new byte[3 * Page];
        var range = new PageRange(7 * Page, 10 * Page);

        sent.Renew(1, range, content).Should().Equal(range);
        sent.EqualBytes.Should().Be(0, "pages of zeros have to be sent, too");
        sent.Renew(1, range, content).Should().BeEmpty();
        sent.EqualBytes.Should().Be(3 * Page);
        content[(2 * Page) - 1] = 1;
        sent.Renew(1, range, content).Should().Equal(new PageRange(8 * Page, 9 * Page));
        sent.Renew(1, range, content).Should().BeEmpty();
        sent.Renew(2, range, content).Should().Equal([range], "another address space is another thing");
        content[(2 * Page) - 1] = 0;
        sent.Renew(1, range, content).Should().Equal([new PageRange(8 * Page, 9 * Page)], "what counts is what was sent last");
    }

    private static IEnumerable<ulong> Addresses(PageRange range)
    {
        for (var page = range.Start; page < range.End; page += Page)
            yield return page;
    }
}
