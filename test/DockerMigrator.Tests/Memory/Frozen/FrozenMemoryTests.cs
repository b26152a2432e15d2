using CsCheck;
using DockerMigrator.Criu.Errors;
using DockerMigrator.Criu.Images;
using DockerMigrator.Criu.Tasks;
using DockerMigrator.Memory;
using DockerMigrator.Memory.Frozen;
using DockerMigrator.Tests.Memory.Composing;

namespace DockerMigrator.Tests.Memory.Frozen;

public sealed class FrozenMemoryTests
{
    private const int Pages = 40;
    private const ulong Base = 0x7f0000000000;

    [Fact]
    public void What_CRIU_left_out_is_sent_before_or_found_missing() => Gen.Select(Gen.Bool.Array[Pages], Gen.Bool.Array[Pages], Gen.Bool).Sample(
        (sent, leftOut, isTracked) =>
        {
            var memory = new FrozenMemory([], isTracked ? [new SpaceLayout(3, 100, 1, [new PageRange(Base, Address(Pages))], Ranges(sent))] : []);

            var missing = memory.Missing([new DumpedPages(1, [], Ranges(leftOut))], Tasks((100, 1)));

            var layout = missing.Layouts.SingleOrDefault();
            var expected = Enumerable.Range(0, Pages).Where(page => leftOut[page] && !(isTracked && sent[page])).ToList();
            missing.Pages.SelectMany(pages => Numbers(pages.Ranges)).Should().Equal(expected);
            missing.Pages.Should().OnlyContain(pages => pages.Pid == 100 && pages.Space == layout!.Space);
            Numbers(layout?.Present ?? []).Should().Equal(Enumerable.Range(0, Pages).Where(page => leftOut[page] || (isTracked && sent[page])));
            PageRanges.Subtract(layout?.Present ?? [], layout?.Tracked ?? []).Should().BeEmpty();
            if (isTracked)
                layout!.Space.Should().Be(3);
        },
        iter: 300);

    [Fact]
    public void Processes_that_nobody_tracked_get_numbers_that_no_tracker_gives()
    {
        var memory = new FrozenMemory([], [new SpaceLayout(1, 100, 1, [], [])]);
        IReadOnlyList<PageRange> some = [new PageRange(Base, Address(2))];

        var missing = memory.Missing([new DumpedPages(5, [], some), new DumpedPages(1, [], []), new DumpedPages(7, [], some)], Tasks((100, 1), (105, 5), (107, 7)));

        missing.Layouts.Select(layout => layout.Space).Should().OnlyHaveUniqueItems();
        missing.Pages.Select(pages => pages.Pid).Should().Equal(105, 107);
        missing.Pages.Select(pages => pages.Space).Should().Equal((uint)int.MaxValue, (uint)int.MaxValue - 1);
    }

    [Fact]
    public void Memory_of_a_process_that_is_not_known_is_an_error()
    {
        var memory = new FrozenMemory([], []);
        DumpedPages[] dump = [new DumpedPages(5, [], [new PageRange(Base, Address(1))])];

        foreach (var tasks in new[] { Tasks((100, 1)), Tasks((105, 5), (106, 5)) })
        {
            var find = () => memory.Missing(dump, tasks);
            find.Should().Throw<CriuException>().WithMessage("CRIU left out memory of process 5*");
        }
    }

    [Fact]
    public void It_is_left_out_as_long_as_CRIU_wrote_nothing_of_it()
    {
        var memory = new FrozenMemory([], [new SpaceLayout(1, 100, 1, [new PageRange(Base, Address(2))], [])]);

        memory.IsLeftOutOf([]).Should().BeTrue();
        memory.IsLeftOutOf([new DumpedPages(1, [new PageRange(Address(2), Address(3))], [new PageRange(Base, Address(1))])]).Should().BeTrue();
        memory.IsLeftOutOf([new DumpedPages(2, [new PageRange(Base, Address(1))], [])]).Should().BeTrue();
        memory.IsLeftOutOf([new DumpedPages(1, [new PageRange(Address(1), Address(3))], [])]).Should().BeFalse();
    }

    [Fact]
    public void What_CRIU_wrote_is_read_from_its_images()
    {
        var directory = Directory.CreateTempSubdirectory("dumped-pages-").FullName;
        try
        {
            File.WriteAllBytes(Path.Combine(directory, "pagemap-7.img"), ImageBuilder.Pagemap(1, PagemapFormat.Wide, [
                new PagemapEntry(Base, 2, PagemapFlags.Lazy), new PagemapEntry(Address(2), 1, PagemapFlags.Lazy | PagemapFlags.Present), new PagemapEntry(Address(9), 1, PagemapFlags.Present)]));
            File.WriteAllBytes(Path.Combine(directory, "pagemap-shmem-9.img"), [1, 2, 3]);

            var dumped = DumpedPages.Read(directory).Should().ContainSingle().Subject;

            dumped.ContainerPid.Should().Be(7);
            Numbers(dumped.LeftOut).Should().Equal(0, 1);
            Numbers(dumped.Written).Should().Equal(2, 9);
            File.WriteAllBytes(Path.Combine(directory, "pagemap-8.img"), [1, 2, 3]);
            var read = () => DumpedPages.Read(directory);
            read.Should().Throw<CriuException>().WithMessage("CRIU's dump of process 8*");
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static ContainerTasks Tasks(params (int Pid, int ContainerPid)[] processes) => new(
        processes[0].Pid,
        [.. processes.Select(process => new ContainerProcess(new ProcessStatus(process.Pid, 1, "x", 0, [process.Pid, process.ContainerPid], 1, 0, 'S'), [process.Pid], IsForeign: false))]);

    private static ulong Address(int page) => Base + ((ulong)page * PageRange.PageSize);

    private static List<PageRange> Ranges(bool[] pages)
    {
        var ranges = new List<PageRange>();
        for (var page = 0; page < pages.Length; page++)
        {
            if (pages[page])
                PageRanges.Append(ranges, new PageRange(Address(page), Address(page + 1)));
        }

        return ranges;
    }

    private static IEnumerable<int> Numbers(IReadOnlyList<PageRange> ranges) =>
        ranges.SelectMany(range => Enumerable.Range((int)((range.Start - Base) / PageRange.PageSize), (int)range.Pages));
}
