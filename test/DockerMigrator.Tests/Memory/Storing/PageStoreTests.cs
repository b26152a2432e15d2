using CsCheck;
using DockerMigrator.Memory;
using DockerMigrator.Memory.Sharing;
using DockerMigrator.Memory.Storing;

namespace DockerMigrator.Tests.Memory.Storing;

public sealed class PageStoreTests : IDisposable
{
    private const ulong Page = PageRange.PageSize;
    private const ulong Base = 0x7f0000000000;
    private readonly string _directory = Directory.CreateDirectory($"/dev/shm/page-store-{Guid.NewGuid():N}").FullName;
    private readonly PageStore _store;

    public PageStoreTests() => _store = new PageStore(_directory);

    public void Dispose()
    {
        _store.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public void The_last_that_came_counts() => Gen.Int[0, int.MaxValue].Sample(seed =>
    {
        var random = new Random(seed);
        var space = (uint)seed;
        var model = new Dictionary<ulong, byte>();
        for (var step = 0; step < 100; step++)
        {
            var first = (ulong)random.Next(100);
            var count = random.Next(1, 20);
            var value = (byte)random.Next(0, 4);
            if (value == 0)
                _store.WriteZero(space, Base + (first * Page), (ulong)count);
            else
                _store.Write(space, Base + (first * Page), Filled(count, value));
            for (var i = 0; i < count; i++)
                model[first + (ulong)i] = value;
        }

        var stored = _store.Find(space)!;
        for (ulong page = 0; page < 130; page++)
        {
            var range = new PageRange(Base + (page * Page), Base + ((page + 1) * Page));
            stored.Received.FindMissing(range).HasValue.Should().Be(!model.ContainsKey(page));
            stored.Data.FindMissing(range).HasValue.Should().Be(model.GetValueOrDefault(page) == 0);
            var bytes = new byte[Page];
            stored.Read(range.Start, bytes);
            bytes.Should().AllBeEquivalentTo(model.GetValueOrDefault(page));
        }

        _store.Forget(space);
        _store.Find(space).Should().BeNull();
    }, iter: 20);

    [Fact]
    public void Writers_of_different_pages_do_not_disturb_each_other()
    {
        Parallel.For(0, 2000, page => _store.Write(1, Base + ((ulong)page * Page), Filled(1, (byte)(1 + (page % 200)))));

        _store.Bytes.Should().Be(2000 * (long)Page);
        _store.Find(1)!.Received.All().Sum(range => range.Pages).Should().Be(2000);
    }

    [Theory]
    [InlineData(1ul, 4096)]
    [InlineData(0ul, 0)]
    [InlineData(0ul, 100)]
    [InlineData(0xfffffffffffff000ul, 4096)]
    [InlineData(0xffffffffff000ul, 8192)]
    public void What_is_no_page_of_a_process_is_refused(ulong address, int length)
    {
        var act = () => _store.Write(1, address, new byte[length]);

        act.Should().Throw<PageStoreException>().WithMessage("The source sent memory that cannot be*");
    }

    [Fact]
    public void Nobody_can_make_it_note_endless_zeros()
    {
        var act = () => _store.WriteZero(1, 0, ulong.MaxValue / Page);

        act.Should().Throw<PageStoreException>();
    }

    [Fact]
    public void A_container_whose_memory_is_complete_keeps_what_it_has_and_no_more()
    {
        _store.Write(1, Base, Filled(10, 1));
        _store.Write(2, Base, Filled(10, 1));

        var layouts = new[] { Layout(1, Base + Page, Base + (3 * Page)) };
        _store.Finish(layouts, []);
        _store.Trim(layouts);

        _store.Spaces.Should().Equal(1u);
        _store.Find(1)!.FindAll().Should().Equal(new PageRange(Base + Page, Base + (3 * Page)));
    }

    [Theory]
    [InlineData(1u, 9, 11)]
    [InlineData(3u, 0, 1)]
    public void A_page_that_never_came_is_told(uint space, int first, int end)
    {
        _store.Write(1, Base, Filled(10, 1));

        var act = () => _store.Finish([Layout(space, Base + ((ulong)first * Page), Base + ((ulong)end * Page))], []);

        act.Should().Throw<PageStoreException>().WithMessage("Not all memory*");
    }

    [Theory]
    [InlineData(0u, 9, 11)]
    [InlineData(1u, 0, 1)]
    public void A_page_of_shared_memory_that_never_came_is_told(uint segment, int first, int end)
    {
        _store.Write(SegmentLayout.FirstSpace, 0, Filled(10, 1));

        var act = () => _store.Finish([], [new SegmentLayout(SegmentLayout.FirstSpace + segment, 7, [new PageRange((ulong)first * Page, (ulong)end * Page)])]);

        act.Should().Throw<PageStoreException>().WithMessage("Not all of the container's shared memory 7*");
    }

    [Fact]
    public void Shared_memory_that_the_container_has_given_up_is_given_back()
    {
        _store.Write(SegmentLayout.FirstSpace, 0, Filled(10, 1));
        _store.Write(SegmentLayout.FirstSpace + 1, 0, Filled(10, 1));

        _store.Finish([], [new SegmentLayout(SegmentLayout.FirstSpace + 1, 7, [])]);

        Directory.GetFiles(_directory).Should().ContainSingle();
        _store.TakeSegment(SegmentLayout.FirstSpace).Should().BeNull();
    }

    [Fact]
    public void A_layout_that_cannot_be_is_refused()
    {
        _store.Write(1, Base, Filled(10, 1));

        var act = () => _store.Finish([new SpaceLayout(1, 1, 1, [], [new PageRange(Base, Base + Page), new PageRange(Base, Base + Page)])], []);

        act.Should().Throw<PageStoreException>().WithMessage("*cannot be.");
    }

    private static SpaceLayout Layout(uint space, ulong start, ulong end) => new(space, 1000, 1, [], [new PageRange(start, end)]);

    private static byte[] Filled(int pages, byte value)
    {
        var bytes = new byte[pages * (int)Page];
        bytes.AsSpan().Fill(value);
        return bytes;
    }
}
