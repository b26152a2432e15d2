using CsCheck;
using DockerMigrator.Criu.Images;
using DockerMigrator.Memory;
using DockerMigrator.Memory.Composing;
using DockerMigrator.Memory.Storing;

namespace DockerMigrator.Tests.Memory.Composing;

public sealed class ImageComposerTests : IDisposable
{
    private const ulong Page = PageRange.PageSize;
    private const ulong Base = 0x7f0000000000;
    private const int Pages = 400;
    private const uint Plain = 0x22;
    private const uint Locked = 0x2022;
    private const uint Droppable = 0x28;
    private readonly string _directory = Directory.CreateDirectory($"/dev/shm/composer-{Guid.NewGuid():N}").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData(PagemapFormat.Narrow)]
    [InlineData(PagemapFormat.Wide)]
    public void Every_page_is_delivered_once_from_where_it_is(PagemapFormat format) => Gen.Int[0, int.MaxValue].Sample(seed =>
    {
        var world = new World(_directory, new Random(seed), format);

        var plan = ImageComposer.ComposeLazy(_directory, world.Store, [world.Layout], new Version(4, 2));

        var lazy = plan.Tasks.Should().ContainSingle().Subject.Ranges.SelectMany(PagesOf).ToList();
        lazy.Should().BeInAscendingOrder();
        var image = world.ReadBack();
        for (ulong number = 0; number < Pages; number++)
        {
            var address = Base + (number * Page);
            var isLocked = number >= World.LockedFrom;
            var fromCriu = world.CriuPages.Contains(address);
            var isData = world.Data.Contains(address) && !fromCriu;
            lazy.Contains(address).Should().Be(isData && !isLocked);
            image.Present.GetValueOrDefault(address).Should().Be(fromCriu ? World.CriuValue(number) : isData && isLocked ? World.StoredValue(number) : (byte)0);
            if (isData && !isLocked)
                image.Lazy.Should().Contain(address);
        }
    }, iter: 100, threads: 1);

    [Fact]
    public void Eager_images_hold_everything_and_the_store_nothing() => Gen.Int[0, int.MaxValue].Sample(seed =>
    {
        var world = new World(_directory, new Random(seed), PagemapFormat.Wide);

        ImageComposer.ComposeEager(_directory, world.Store, [world.Layout], new Version(4, 2));

        var image = world.ReadBack();
        image.Lazy.Should().BeEmpty();
        for (ulong number = 0; number < Pages; number++)
        {
            var address = Base + (number * Page);
            image.Present.GetValueOrDefault(address).Should().Be(
                world.CriuPages.Contains(address) ? World.CriuValue(number) : world.Data.Contains(address) ? World.StoredValue(number) : (byte)0);
        }

        world.Store.Spaces.Should().BeEmpty();
    }, iter: 50, threads: 1);

    [Fact]
    public void Memory_that_CRIU_does_not_know_is_an_error()
    {
        var world = new World(_directory, new Random(1), PagemapFormat.Wide);
        world.Store.Write(0, Base - Page, new byte[Page]);
        var layout = world.Layout with { Present = [new PageRange(Base - Page, Base)] };

        var act = () => ImageComposer.ComposeLazy(_directory, world.Store, [layout], new Version(4, 2));

        act.Should().Throw<PageStoreException>().WithMessage("CRIU and the source disagree*");
    }

    [Fact]
    public void Memory_that_the_kernel_may_drop_is_dropped()
    {
        var world = new World(_directory, new Random(1), PagemapFormat.Wide);
        world.Store.Write(0, Base - Page, [.. Enumerable.Repeat((byte)7, (int)Page)]);
        var layout = world.Layout with { Present = [new PageRange(Base - Page, Base), .. world.Layout.Present] };
        File.WriteAllBytes(Path.Combine(_directory, "mm-1.img"), ImageBuilder.Mappings([(Base - (2 * Page), Base, Droppable), .. World.Mappings]));

        var plan = ImageComposer.ComposeLazy(_directory, world.Store, [layout], new Version(4, 2));

        plan.Tasks.Single().Ranges.Should().OnlyContain(range => range.Start >= Base);
        world.ReadBack().Present.Keys.Concat(world.ReadBack().Lazy).Should().NotContain(Base - Page);
    }

    [Fact]
    public void Lazy_images_build_upon_empty_ones_so_that_CRIU_uses_no_huge_pages()
    {
        var world = new World(_directory, new Random(1), PagemapFormat.Wide);

        ImageComposer.ComposeLazy(_directory, world.Store, [world.Layout], new Version(4, 2));

        var parent = PagemapImage.Parse(File.ReadAllBytes(Path.Combine(_directory, "parent", "pagemap-1.img")));
        parent.Entries.Should().BeEmpty();
        File.ReadAllBytes(Path.Combine(_directory, "parent", PagemapImage.PagesNameOf(parent.PagesId))).Should().BeEmpty();
        PagemapImage.Parse(File.ReadAllBytes(Path.Combine(_directory, "pagemap-1.img"))).Entries.Should().NotContain(entry => entry.Flags.HasFlag(PagemapFlags.Parent));
    }

    [Fact]
    public void A_mapping_that_another_process_has_locked_does_not_wait()
    {
        var world = new World(_directory, new Random(1), PagemapFormat.Wide);
        File.WriteAllBytes(Path.Combine(_directory, "mm-2.img"), ImageBuilder.Mappings([(Base, Base + (100 * Page), Locked)]));

        var plan = ImageComposer.ComposeLazy(_directory, world.Store, [world.Layout], new Version(4, 2));

        plan.Tasks.Single().Ranges.Should().NotBeEmpty().And.OnlyContain(range => range.Start >= Base + (100 * Page));
    }

    [Fact]
    public void Memory_that_CRIU_left_out_and_nobody_sent_is_an_error()
    {
        var world = new World(_directory, new Random(1), PagemapFormat.Wide);
        File.WriteAllBytes(Path.Combine(_directory, "pagemap-1.img"), ImageBuilder.Pagemap(1, PagemapFormat.Wide, [new PagemapEntry(Base, Pages, PagemapFlags.Lazy)]));

        var act = () => ImageComposer.ComposeLazy(_directory, world.Store, [world.Layout], new Version(4, 2));

        act.Should().Throw<PageStoreException>().WithMessage("CRIU left out memory*");
    }

    [Fact]
    public void A_process_of_which_nothing_was_sent_waits_for_nobody()
    {
        var world = new World(_directory, new Random(1), PagemapFormat.Wide);
        File.WriteAllBytes(Path.Combine(_directory, "pagemap-2.img"), ImageBuilder.Pagemap(6, PagemapFormat.Wide, [new PagemapEntry(Base, 3, PagemapFlags.Lazy | PagemapFlags.Present)]));
        File.WriteAllBytes(Path.Combine(_directory, "pagemap-shmem-3.img"), [1, 2, 3]);

        ImageComposer.ComposeLazy(_directory, world.Store, [world.Layout], new Version(4, 2));

        var image = PagemapImage.Parse(File.ReadAllBytes(Path.Combine(_directory, "pagemap-2.img")));
        image.Entries.Should().ContainSingle().Which.Flags.Should().Be(PagemapFlags.Present);
        File.Exists(Path.Combine(_directory, "parent", "pagemap-2.img")).Should().BeTrue("its children inherit what huge pages would bring along");
    }

    private static IEnumerable<ulong> PagesOf(PageRange range)
    {
        for (var address = range.Start; address < range.End; address += Page)
            yield return address;
    }

    /// <summary>A process of which CRIU dumped some pages and the source sent others.</summary>
    private sealed class World
    {
        public const int LockedFrom = 300;

        public static readonly (ulong, ulong, uint)[] Mappings =
        [
            (Base, Base + (100 * Page), Plain),
            (Base + (100 * Page), Base + (LockedFrom * Page), Plain),
            (Base + (LockedFrom * Page), Base + (Pages * Page), Locked),
        ];

        private readonly string _directory;
        private readonly PagemapFormat _format;
        private readonly List<PagemapEntry> _existing = [];

        public World(string directory, Random random, PagemapFormat format)
        {
            _directory = directory;
            _format = format;
            foreach (var file in Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories))
                File.Delete(file);
            Store = new PageStore(directory);
            var present = new List<PageRange>();
            for (ulong number = 0; number < Pages; number++)
            {
                if (random.Next(5) == 0)
                    continue;
                var address = Base + (number * Page);
                if (random.Next(4) == 0)
                {
                    Store.WriteZero(0, address, 1);
                }
                else
                {
                    var page = new byte[Page];
                    page.AsSpan().Fill(StoredValue(number));
                    Store.Write(0, address, page);
                    Data.Add(address);
                }

                if (present.Count > 0 && present[^1].End == address)
                    present[^1] = present[^1] with { End = address + Page };
                else
                    present.Add(new PageRange(address, address + Page));
            }

            Layout = new SpaceLayout(0, 1000, 1, [new PageRange(Base, Base + (Pages * Page))], present);
            Dump(random, present);
        }

        public PageStore Store { get; }

        public SpaceLayout Layout { get; }

        public HashSet<ulong> Data { get; } = [];

        public HashSet<ulong> CriuPages { get; } = [];

        public static byte StoredValue(ulong number) => (byte)(1 + (number % 100));

        public static byte CriuValue(ulong number) => (byte)(128 + (number % 100));

        public (Dictionary<ulong, byte> Present, HashSet<ulong> Lazy) ReadBack()
        {
            var image = PagemapImage.Parse(File.ReadAllBytes(Path.Combine(_directory, "pagemap-1.img")));
            image.PagesId.Should().Be(5);
            image.Entries.Where(entry => entry.Flags.HasFlag(PagemapFlags.Present) || entry.Flags == PagemapFlags.Lazy).Should().HaveCount(image.Entries.Count);
            foreach (var entry in _existing.Where(entry => entry.Flags.HasFlag(PagemapFlags.Present)))
                image.Entries.Should().Contain(other => other.Start == entry.Start && other.Pages == entry.Pages && other.Flags == PagemapFlags.Present, "what CRIU dumped nobody else delivers");
            var pages = File.ReadAllBytes(Path.Combine(_directory, "pages-5.img"));
            var present = new Dictionary<ulong, byte>();
            var lazy = new HashSet<ulong>();
            var offset = 0;
            foreach (var entry in image.Entries)
            {
                for (var address = entry.Start; address < entry.End; address += Page)
                {
                    if (!entry.Flags.HasFlag(PagemapFlags.Present))
                    {
                        lazy.Add(address);
                        continue;
                    }

                    present.Add(address, pages[offset]);
                    pages.AsSpan(offset, (int)Page).ContainsAnyExcept(pages[offset]).Should().BeFalse();
                    offset += (int)Page;
                }
            }

            offset.Should().Be(pages.Length);
            return (present, lazy);
        }

        private void Dump(Random random, List<PageRange> present)
        {
            using var pages = File.Create(Path.Combine(_directory, "pages-5.img"));
            for (ulong number = 0; number < Pages;)
            {
                var count = (ulong)random.Next(1, 6);
                if (random.Next(6) == 0 && number + count <= Pages)
                    AddDumped(number, count, pages);
                else if (random.Next(6) == 0 && present.FirstOrDefault(range => range.Start == Base + (number * Page)) is { End: > 0 } whole)
                    AddPromised(whole, out count);
                number += count;
            }

            File.WriteAllBytes(Path.Combine(_directory, "pagemap-1.img"), ImageBuilder.Pagemap(5, _format, _existing));
            File.WriteAllBytes(Path.Combine(_directory, "mm-1.img"), ImageBuilder.Mappings([(Base - (100 * Page), Base - (10 * Page), 2u), .. Mappings]));
        }

        private void AddDumped(ulong number, ulong count, FileStream pages)
        {
            _existing.Add(new PagemapEntry(Base + (number * Page), count, PagemapFlags.Present | PagemapFlags.Lazy));
            for (var i = number; i < number + count; i++)
            {
                var page = new byte[Page];
                page.AsSpan().Fill(CriuValue(i));
                pages.Write(page);
                CriuPages.Add(Base + (i * Page));
            }
        }

        // Also where they cannot come later: CRIU does not know of all such mappings.
        private void AddPromised(PageRange range, out ulong count)
        {
            count = (ulong)range.Pages;
            _existing.Add(new PagemapEntry(range.Start, count, PagemapFlags.Lazy));
        }
    }
}
