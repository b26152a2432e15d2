using System.Runtime.InteropServices;
using CsCheck;
using DockerMigrator.Criu.Filtering;
using DockerMigrator.Memory.Sharing;
using DockerMigrator.Native.Files;
using DockerMigrator.Native.Processes;

namespace DockerMigrator.Tests.Criu.Filtering;

public sealed unsafe class PageFilterTests : IDisposable
{
    private const int Page = 4096;
    private const int Pages = 64;

    // All of a mapping is what is hidden most often, and is said to be empty without a look.
    private static readonly Gen<bool[]> AnyHidden = Gen.OneOf(Gen.Bool.Array[Pages], Gen.Const(() => Enumerable.Repeat(true, Pages).ToArray()));

    private readonly string _scanner = Path.Combine(Directory.CreateTempSubdirectory("page-filter-").FullName, "scan");
    private readonly ulong _memory = (ulong)NativeMemory.AlignedAlloc(Pages * Page, Page);

    public PageFilterTests() =>
        Command.Of("cc", "-o", _scanner, Path.Combine(AppContext.BaseDirectory, "Criu/Filtering/scan.c")).RunAsync().GetAwaiter().GetResult().Succeeded.Should().BeTrue();

    public void Dispose()
    {
        NativeMemory.AlignedFree((void*)_memory);
        Directory.Delete(Path.GetDirectoryName(_scanner)!, recursive: true);
    }

    [Fact]
    public void What_is_hidden_looks_empty_and_all_else_as_it_is() => Gen.Bool.Array[Pages].Select(AnyHidden, Gen.Bool).Sample(
        (used, hidden, byReading) =>
        {
            Fill(used);
            // Somebody else's memory at the same addresses is to be told apart by the process.
            var ranges = Runs(hidden).Append(new HiddenRange(1, _memory, _memory + (Pages * Page)));
            using var filter = PageFilter.Create(ranges, []);

            var seen = Scan(filter, byReading);

            seen.Should().Equal(Enumerable.Range(0, Pages).Where(page => used[page] && !hidden[page]));
            filter.WasLoaded.Should().BeTrue();
            if (Enumerable.Range(0, Pages).Any(page => used[page] && hidden[page]))
                filter.HiddenPages.Should().BePositive();
        },
        iter: 60,
        threads: 1);

    [Fact]
    public void A_filter_that_was_not_loaded_says_so()
    {
        using var filter = PageFilter.Create([], []);

        filter.WasLoaded.Should().BeFalse();
        filter.HiddenPages.Should().Be(0);
    }

    [Fact]
    public void Ranges_that_overlap_are_a_defect_of_the_caller()
    {
        var create = () => PageFilter.Create([new HiddenRange(1, 0, 2 * Page), new HiddenRange(1, Page, 3 * Page)], []);

        create.Should().Throw<ArgumentException>();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_hidden_segment_of_shared_memory_has_nothing_and_others_all_that_they_have(bool hasRanges)
    {
        using var hidden = AnonymousFile.Create("hidden", new byte[3 * Page]);
        using var other = AnonymousFile.Create("other", new byte[2 * Page]);
        using var never = AnonymousFile.Create("never", new byte[2 * Page]);
        HiddenRange[] ranges = hasRanges ? [new HiddenRange(1, 0, Page), new HiddenRange(2, Page, 2 * Page)] : [];
        using var filter = PageFilter.Create(ranges, [Identify(never), Identify(hidden)]);

        Scan(filter, hidden).Should().BeEmpty();
        filter.HiddenSegments.Should().Be(1);
        Scan(filter, other).Trim().Should().Be($"0 {2 * Page}");
        filter.HiddenSegments.Should().Be(1);
        Scan(null, hidden).Trim().Should().Be($"0 {3 * Page}");
    }

    [Theory]
    [InlineData(false, "2", "3")] // done by an error of 0 (NLMSG_ERROR), or after nothing (NLMSG_DONE)
    [InlineData(true, "256 3", "256 3")]
    public void The_kernel_is_asked_for_connections_where_there_are_any(bool track, string filtered, string unfiltered)
    {
        using var filter = PageFilter.Create([], []);

        // The question itself makes the kernel load what tracks connections.
        AskForConnections(null, track).Should().Be(unfiltered);
        AskForConnections(filter, track).Should().Be(filtered);
    }

    private string AskForConnections(PageFilter? filter, bool track) => Run(filter, track ? ["connections", "track"] : ["connections"]).Trim();

    private static HiddenSegment Identify(AnonymousFile file)
    {
        using var segment = SharedSegment.TryOpen(file.Path);
        return segment!.ToHide;
    }

    private string Scan(PageFilter? filter, AnonymousFile file) => Run(filter, file.Path);

    private string Run(PageFilter? filter, params string[] arguments)
    {
        var result = new Command(_scanner, arguments) { Environment = filter?.Environment ?? new Dictionary<string, string?>() }.RunAsync().GetAwaiter().GetResult();
        result.Succeeded.Should().BeTrue(result.Stderr);
        return result.Stdout;
    }

    // Pages that are not used must be so in the kernel's eyes, which is what discarding them does.
    private void Fill(bool[] used)
    {
        for (var page = 0; page < Pages; page++)
        {
            var address = (byte*)_memory + (page * Page);
            if (used[page])
                *address = 1;
            else
                _ = Discard(address, Page, 4 /* MADV_DONTNEED */);
        }
    }

    private IEnumerable<HiddenRange> Runs(bool[] hidden)
    {
        for (var page = 0; page < Pages; page++)
        {
            var start = page;
            while (page < Pages && hidden[page])
                page++;
            if (page > start)
                yield return new HiddenRange(Environment.ProcessId, _memory + (ulong)(start * Page), _memory + (ulong)(page * Page));
        }
    }

    private IEnumerable<int> Scan(PageFilter filter, bool byReading)
    {
        string[] arguments = [$"{Environment.ProcessId}", $"{_memory}", $"{_memory + (Pages * Page)}"];
        foreach (var line in Run(filter, byReading ? [.. arguments, "read"] : arguments).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var words = line.Split(' ').Select(ulong.Parse).ToArray();
            for (var at = words[0]; at < words[1]; at += Page)
                yield return (int)((at - _memory) / Page);
        }
    }

    [DllImport("libc", EntryPoint = "madvise")]
    private static extern int Discard(void* address, nuint length, int advice);
}
