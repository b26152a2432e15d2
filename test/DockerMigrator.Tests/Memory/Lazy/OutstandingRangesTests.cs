using CsCheck;
using DockerMigrator.Memory;
using DockerMigrator.Memory.Lazy;

namespace DockerMigrator.Tests.Memory.Lazy;

public sealed class OutstandingRangesTests
{
    private const ulong Page = PageRange.PageSize;
    private const int Pages = 4000;

    [Fact]
    public void Whatever_happens_each_page_is_where_a_plain_map_has_it() => Gen.Select(Gen.Int[1, 5], Gen.Int[0, int.MaxValue]).Sample((spacing, seed) =>
    {
        var random = new Random(seed);
        // Where each page of the dump belongs now, by that place.
        var model = new SortedDictionary<ulong, ulong>();
        var start = new List<PageRange>();
        for (ulong page = 0; page < Pages; page += (ulong)random.Next(1, spacing + 1))
        {
            var length = (ulong)random.Next(1, 4);
            start.Add(new PageRange(page * Page, (page + length) * Page));
            for (var i = page; i < page + length; i++)
                model[i * Page] = i * Page;
            page += length;
        }

        var ranges = new OutstandingRanges(start);
        for (var step = 0; step < 300; step++)
        {
            var from = (ulong)random.Next(Pages * 2) * Page;
            var length = (ulong)random.Next(1, random.Next(4) == 0 ? 1000 : 10) * Page;
            var to = (ulong)random.Next(Pages * 2) * Page;
            switch (random.Next(3))
            {
                case 0 when from + length <= to || to + length <= from:
                    ranges.Remove(to, to + length, _ => { });
                    ranges.Move(from, to, length);
                    Move(model, from, to, length);
                    break;
                case 1:
                    var removed = new List<(ulong, ulong)>();
                    ranges.Remove(from, from + length, range => removed.AddRange(PagesOf(range)));
                    removed.Should().Equal(Within(model, from, length).Select(page => (page.Key, page.Value)));
                    foreach (var (page, _) in removed)
                        model.Remove(page);
                    break;
                default:
                    ranges.TryFind(from, out var found).Should().Be(model.ContainsKey(from));
                    if (model.TryGetValue(from, out var stored))
                        found.From(from).Stored.Should().Be(stored);
                    break;
            }
        }

        ranges.Copy().All().SelectMany(PagesOf).Should().Equal(model.Select(page => (page.Key, page.Value)));
        ranges.Bytes.Should().Be(model.Count * (long)Page);
        ranges.IsEmpty.Should().Be(model.Count == 0);
    }, iter: 200);

    [Fact]
    public void A_copy_changes_on_its_own()
    {
        var ranges = new OutstandingRanges([new PageRange(0, 10 * Page)]);
        var copy = ranges.Copy();

        copy.Remove(0, 10 * Page, _ => { });

        copy.IsEmpty.Should().BeTrue();
        ranges.Bytes.Should().Be(10 * (long)Page);
    }

    private static void Move(SortedDictionary<ulong, ulong> model, ulong from, ulong to, ulong length)
    {
        foreach (var page in Within(model, to, length))
            model.Remove(page.Key);
        foreach (var page in Within(model, from, length))
        {
            model.Remove(page.Key);
            model.Add(page.Key - from + to, page.Value);
        }
    }

    private static List<KeyValuePair<ulong, ulong>> Within(SortedDictionary<ulong, ulong> model, ulong start, ulong length) =>
        [.. model.Where(page => page.Key >= start && page.Key < start + length)];

    private static IEnumerable<(ulong, ulong)> PagesOf(LazyRange range)
    {
        for (ulong offset = 0; offset < (ulong)range.Bytes; offset += Page)
            yield return (range.Start + offset, range.Stored + offset);
    }
}
