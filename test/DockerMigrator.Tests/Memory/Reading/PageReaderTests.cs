using DockerMigrator.Criu.Errors;
using DockerMigrator.Memory;
using DockerMigrator.Memory.Reading;
using DockerMigrator.Native.Memory;

namespace DockerMigrator.Tests.Memory.Reading;

public sealed class PageReaderTests : IDisposable
{
    private const int Page = PageRange.PageSize;

    // Below vm.mmap_min_addr.
    private static readonly PageRange Nowhere = new(2 * Page, 10 * Page);

    private readonly AnonymousMemory _memory = new(64 * Page);

    public PageReaderTests()
    {
        for (var page = 0; page < 64; page++)
            _memory.Content.Slice(page * Page, Page).Fill((byte)(page + 1));
    }

    public void Dispose() => _memory.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(100)]
    public void Ranges_are_read_one_after_the_other_in_batches(int pagesInBuffer)
    {
        using var reader = new PageReader(Pages((0, 5), (7, 8), (10, 30), (63, 64)), isFrozen: true);

        ReadAll(reader, pagesInBuffer).Read.Should().Equal([.. Numbers(0, 5), .. Numbers(7, 8), .. Numbers(10, 30), .. Numbers(63, 64)]);
    }

    [Fact]
    public void Pages_that_are_gone_are_told_and_the_others_read()
    {
        using var reader = new PageReader(new PagesToSend(1, Environment.ProcessId, [Nowhere, At(0, 2), At(5, 6)]), isFrozen: false);

        var (read, vanished) = ReadAll(reader, 4);

        read.Should().Equal(1, 2, 6);
        vanished.Should().Equal(Nowhere);
    }

    [Fact]
    public void A_frozen_page_that_is_gone_is_an_error()
    {
        using var reader = new PageReader(new PagesToSend(1, Environment.ProcessId, [Nowhere]), isFrozen: true);

        var read = () => reader.ReadNext(new byte[Page]);

        read.Should().Throw<CriuException>();
    }

    [Fact]
    public void A_witness_sees_all_that_is_read()
    {
        var witness = new Witness();
        using var reader = new PageReader(Pages((0, 5), (7, 9)), isFrozen: true, witness);

        ReadAll(reader, 2);

        witness.Seen.Should().Equal(1, 2, 3, 4, 5, 8, 9);
    }

    [Fact]
    public void Nothing_to_read_is_at_its_end()
    {
        using var reader = new PageReader(Pages(), isFrozen: true);

        reader.ReadNext(new byte[Page]).Should().BeFalse();
    }

    private static (List<int> Read, List<PageRange> Vanished) ReadAll(PageReader reader, int pagesInBuffer)
    {
        var read = new List<int>();
        var vanished = new List<PageRange>();
        var buffer = new byte[pagesInBuffer * Page];
        while (reader.ReadNext(buffer))
        {
            var pages = (int)reader.Ranges.Sum(range => range.Pages);
            for (var page = 0; page < pages; page++)
            {
                var content = buffer.AsSpan(page * Page, Page);
                content.ContainsAnyExcept(content[0]).Should().BeFalse();
                read.Add(content[0]);
            }

            foreach (var range in reader.Vanished)
                PageRanges.Append(vanished, range);
        }

        return (read, vanished);
    }

    private static IEnumerable<int> Numbers(int first, int end) => Enumerable.Range(first + 1, end - first);

    private PagesToSend Pages(params (int First, int End)[] ranges) =>
        new(1, Environment.ProcessId, [.. ranges.Select(range => At(range.First, range.End))]);

    private PageRange At(int first, int end) => new(_memory.Start + (ulong)(first * Page), _memory.Start + (ulong)(end * Page));

    private sealed class Witness : IPageWitness
    {
        private readonly HashSet<ulong> _announced = [];

        public List<int> Seen { get; } = [];

        public void Reading(uint space, PageRange range)
        {
            for (var page = range.Start; page < range.End; page += Page)
                _announced.Add(page);
        }

        public void Read(uint space, PageRange range, ReadOnlySpan<byte> content)
        {
            for (var page = 0; page < range.Pages; page++)
            {
                _announced.Remove(range.Start + (ulong)(page * Page)).Should().BeTrue("it is told of before it is read");
                Seen.Add(content[page * Page]);
            }
        }
    }
}
