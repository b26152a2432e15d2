using System.Buffers.Binary;
using DockerMigrator.Criu.Images;
using DockerMigrator.Memory;
using DockerMigrator.Memory.Composing;
using DockerMigrator.Memory.Sharing;
using DockerMigrator.Memory.Storing;

namespace DockerMigrator.Tests.Memory.Composing;

public sealed class SegmentComposerTests : IDisposable
{
    private const ulong Page = PageRange.PageSize;
    private const uint Space = SegmentLayout.FirstSpace;
    private const ulong Id = 70;

    private static readonly Version Criu = new(4, 2);

    private readonly string _directory = Directory.CreateDirectory($"/dev/shm/segments-{Guid.NewGuid():N}").FullName;
    private readonly PageStore _store;

    public SegmentComposerTests()
    {
        _store = new PageStore(Directory.CreateDirectory(Path.Combine(_directory, "pages")).FullName);
        // Backwards, as pages may come.
        _store.Write(Space, 9 * Page, Filled(9));
        _store.Write(Space, 2 * Page, Filled(2, 3));
        _store.Write(Space, 20 * Page, Filled(20));
        _store.WriteZero(Space, 4 * Page, 1);
        Write("pagemap-shmem-70.img", ImageBuilder.Pagemap(5, PagemapFormat.Wide, []));
        Write("pages-5.img", []);
    }

    public void Dispose()
    {
        _store.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Pages_that_came_become_the_image_without_being_copied(bool isSystemV)
    {
        if (isSystemV)
            Write("ipcns-shm-9.img", ImageBuilder.SystemV((1, 4 * Page), (Id, (10 * Page) - 50)));
        else
            Write("memfd.img", ImageBuilder.Memfds((1, 4 * Page), (Id, 10 * Page)));

        // Page 20 came and is gone since: an entry for it would be behind the segment's end.
        Compose((2, 5), (9, 10));

        var image = ReadEntries("pagemap-shmem-70.img");
        image.Should().OnlyContain(entry => entry.Flags == PagemapFlags.Present);
        var content = File.ReadAllBytes(Path.Combine(_directory, "pages-5.img"));
        image.SelectMany(entry => Enumerable.Range((int)(entry.Start / Page), (int)entry.Pages)).Should().BeEquivalentTo([2, 3, 9]);
        var offset = 0;
        foreach (var number in image.SelectMany(entry => Enumerable.Range((int)(entry.Start / Page), (int)entry.Pages)))
            content[offset++ * (int)Page].Should().Be((byte)number);
        content.Length.Should().Be(offset * (int)Page);
        Directory.GetFiles(_store.Directory).Should().BeEmpty();
    }

    [Fact]
    public void What_CRIU_dumped_stays_as_it_is()
    {
        Write("memfd.img", ImageBuilder.Memfds((Id, 10 * Page)));
        var dumped = ImageBuilder.Pagemap(5, PagemapFormat.Wide, [new PagemapEntry(0, 1, PagemapFlags.Present)]);
        Write("pagemap-shmem-70.img", dumped);
        Write("pages-5.img", Filled(77));

        Compose((2, 5), (9, 10));

        File.ReadAllBytes(Path.Combine(_directory, "pagemap-shmem-70.img")).Should().Equal(dumped);
        File.ReadAllBytes(Path.Combine(_directory, "pages-5.img")).Should().Equal(Filled(77));
        Directory.GetFiles(_store.Directory).Should().BeEmpty();
    }

    [Fact]
    public void What_CRIU_knows_nothing_of_the_container_has_given_up()
    {
        File.Delete(Path.Combine(_directory, "pagemap-shmem-70.img"));

        Compose((2, 5), (9, 10));

        Directory.GetFiles(_store.Directory).Should().BeEmpty();
        Directory.GetFiles(_directory).Should().ContainSingle();
    }

    [Fact]
    public void A_segment_that_is_smaller_than_its_pages_is_an_error()
    {
        Write("memfd.img", ImageBuilder.Memfds((Id, 9 * Page)));

        ShouldDisagree();
    }

    [Fact]
    public void A_segment_that_is_none_of_the_dump_is_an_error()
    {
        Write("memfd.img", ImageBuilder.Memfds((Id + 1, 10 * Page)));

        ShouldDisagree();
    }

    [Fact]
    public void Two_segments_of_one_ID_are_an_error()
    {
        Write("memfd.img", ImageBuilder.Memfds((Id, 10 * Page)));
        Write("ipcns-shm-9.img", ImageBuilder.SystemV((Id, 10 * Page)));

        ShouldDisagree();
    }

    private void ShouldDisagree()
    {
        var act = () => Compose((2, 5), (9, 10));

        act.Should().Throw<PageStoreException>().WithMessage("CRIU and the source disagree*");
    }

    private void Compose(params (ulong First, ulong End)[] present) =>
        SegmentComposer.Compose(_directory, _store, [new SegmentLayout(Space, Id, [.. present.Select(range => new PageRange(range.First * Page, range.End * Page))])], Criu);

    // In any order, unlike those of a process.
    private List<PagemapEntry> ReadEntries(string name)
    {
        var rest = File.ReadAllBytes(Path.Combine(_directory, name)).AsSpan(8);
        var entries = new List<PagemapEntry>();
        while (!rest.IsEmpty)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(rest);
            var numbers = new ulong[6];
            var reader = new ProtobufReader(rest.Slice(sizeof(int), length));
            while (reader.Read())
                numbers[reader.Field] = reader.Number;
            entries.Add(new PagemapEntry(numbers[1], numbers[5], (PagemapFlags)numbers[4]));
            rest = rest[(sizeof(int) + length)..];
        }

        // The first is the head.
        return entries[1..];
    }

    private void Write(string name, byte[] content) => File.WriteAllBytes(Path.Combine(_directory, name), content);

    private static byte[] Filled(params byte[] pages) => [.. pages.SelectMany(value => Enumerable.Repeat(value, (int)Page))];
}
