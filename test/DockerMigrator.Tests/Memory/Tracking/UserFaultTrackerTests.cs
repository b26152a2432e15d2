using System.Collections;
using DockerMigrator.Criu.Tasks;
using DockerMigrator.Memory;
using DockerMigrator.Memory.Reading;
using DockerMigrator.Memory.Tracking;
using DockerMigrator.Memory.Tracking.UserFault;
using DockerMigrator.Native.Ptrace.Injection;

namespace DockerMigrator.Tests.Memory.Tracking;

public sealed class UserFaultTrackerTests : IDisposable
{
    private readonly UserFaultTracker _tracker = new(new LocalInjector());
    private readonly Shadow _shadow;

    public UserFaultTrackerTests()
    {
        Assert.SkipUnless(TrackerProbe.Works(TrackerNames.UserFault), "the kernel cannot do this");
        _shadow = new Shadow(_tracker);
    }

    public void Dispose() => _tracker.Dispose();

    [Theory]
    [InlineData("scribble", 3, 4)]
    [InlineData("churn", 6, 12)]
    [InlineData("huge", 3, 5)]
    [InlineData("tables", 3, 5)]
    [InlineData("odd", 3, 4)]
    [InlineData("nobody", 3, 3)]
    [InlineData("filtered", 3, 3)]
    [InlineData("leaderless", 3, 3)]
    [InlineData("exec", 5, 8)]
    [InlineData("forks", 5, 10)]
    [InlineData("vfork", 5, 8)]
    public async Task What_was_reported_is_what_the_frozen_processes_have(string mode, int freezes, int scans)
    {
        using var workload = await Workload.StartAsync(mode);
        var tracked = 0L;
        for (var freeze = 0; freeze < freezes; freeze++)
        {
            for (var scan = 0; scan < scans; scan++)
            {
                await _shadow.ScanAsync(workload.Tasks);
                await Task.Delay(scan * 3);
            }

            await workload.FreezeAsync();
            var final = _shadow.CompareFrozen(workload.Tasks);
            tracked += final.Layouts.Sum(layout => layout.Present.Sum(range => range.Pages));
            workload.Freezer.Thaw();
        }

        workload.ShouldBeWell();
        tracked.Should().BePositive();
    }

    [Fact]
    public async Task A_vast_reservation_costs_nothing_and_a_guard_is_not_there()
    {
        using var workload = await Workload.StartAsync("odd");
        var before = ReadPageTables(workload);
        for (var scan = 0; scan < 3; scan++)
            await _shadow.ScanAsync(workload.Tasks);
        await workload.FreezeAsync();

        var layout = _shadow.CompareFrozen(workload.Tasks).Layouts.Should().ContainSingle().Subject;

        layout.Tracked.Should().Contain(range => range.Bytes >= 64L << 30);
        layout.Present.Sum(range => range.Pages).Should().BeLessThan(2000);
        (ReadPageTables(workload) - before).Should().BeLessThan(2048, "kB of page tables");
    }

    [Theory]
    [InlineData("userfaultfd")]
    public async Task A_process_that_cannot_be_tracked_is_left_out(string mode)
    {
        using var workload = await Workload.StartAsync(mode);

        (await _shadow.ScanAsync(workload.Tasks)).Should().Be(0);
        await workload.FreezeAsync();

        _shadow.CompareFrozen(workload.Tasks).Layouts.Should().BeEmpty();
    }

    [Fact]
    public async Task No_descriptor_stays_behind_in_a_process_nor_in_its_children()
    {
        using var workload = await Workload.StartAsync("forks");
        for (var round = 0; round < 60; round++)
            await _shadow.ScanAsync(workload.Tasks);
        await workload.FreezeAsync();

        foreach (var layout in _shadow.CompareFrozen(workload.Tasks).Layouts)
        {
            ProcFile.NumericEntries($"/proc/{layout.Pid}/fd").Select(number => ProcFile.TryReadLink($"/proc/{layout.Pid}/fd/{number}"))
                .Should().NotContain("anon_inode:[userfaultfd]");
        }
    }

    [Fact]
    public async Task What_a_scan_found_that_was_called_off_is_reported_by_the_next()
    {
        using var workload = await Workload.StartAsync("scribble");
        for (var round = 0; round < 3; round++)
        {
            using var cancellation = new CancellationTokenSource();
            var tasks = workload.Tasks;
            var calledOff = tasks with { Processes = new CancellingList(tasks.Processes[0], cancellation) };
            var scan = () => _tracker.ScanAsync(calledOff, cancellation.Token);
            await scan.Should().ThrowAsync<OperationCanceledException>();
            await _shadow.ScanAsync(workload.Tasks);
        }

        await workload.FreezeAsync();

        _shadow.CompareFrozen(workload.Tasks).Layouts.Should().ContainSingle();
    }

    [Fact]
    public async Task What_a_scan_finds_is_found_again_until_it_is_taken()
    {
        using var workload = await Workload.StartAsync("scribble");
        await _shadow.ScanAsync(workload.Tasks);
        await Task.Delay(50);
        await workload.FreezeAsync();

        var found = (await _tracker.ScanAsync(workload.Tasks, CancellationToken.None)).Should().ContainSingle().Subject;
        (await _tracker.ScanAsync(workload.Tasks, CancellationToken.None)).Should().ContainSingle().Which.Ranges.Should().Equal(found.Ranges);

        var rest = found.Ranges;
        foreach (var piece in PageBatches.Cut([found], 8 * PageRange.PageSize))
        {
            _tracker.Take(piece).Should().Equal(piece.Ranges);
            var left = (await _tracker.ScanAsync(workload.Tasks, CancellationToken.None)).SingleOrDefault();
            rest = PageRanges.Subtract(rest, piece.Ranges);
            (left?.Ranges ?? []).Should().Equal(rest);
        }
    }

    [Fact]
    public async Task A_frozen_scan_changes_nothing()
    {
        using var workload = await Workload.StartAsync("scribble");
        await _shadow.ScanAsync(workload.Tasks);
        await workload.FreezeAsync();

        var first = _tracker.ScanFrozen(workload.Tasks);
        var second = _tracker.ScanFrozen(workload.Tasks);

        second.Should().BeEquivalentTo(first);
        _shadow.CompareFrozen(workload.Tasks);
    }

    private static long ReadPageTables(Workload workload) => long.Parse(
        File.ReadLines($"/proc/{workload.Pid}/status").First(line => line.StartsWith("VmPTE:", StringComparison.Ordinal))["VmPTE:".Length..^"kB".Length].Trim());

    // Has one process twice, and calls off between the two.
    private sealed class CancellingList(ContainerProcess process, CancellationTokenSource cancellation) : IReadOnlyList<ContainerProcess>
    {
        private int _enumerations;

        public int Count => 2;

        public ContainerProcess this[int index] => process;

        public IEnumerator<ContainerProcess> GetEnumerator()
        {
            // The first one only looks who is there.
            var last = ++_enumerations > 1;
            yield return process;
            if (last)
                cancellation.Cancel();
            yield return process;
        }

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
