using DockerMigrator.Criu.Tasks;
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
    public async Task A_scan_that_was_called_off_loses_nothing()
    {
        using var workload = await Workload.StartAsync("forks");
        for (var round = 0; round < 20; round++)
        {
            using var cancellation = new CancellationTokenSource(TimeSpan.FromMicroseconds(200 * round));
            try
            {
                await _tracker.ScanAsync(workload.Tasks, cancellation.Token);
            }
            catch (OperationCanceledException)
            {
                continue;
            }

            // Nobody copied what this one found.
            cancellation.Cancel();
            break;
        }

        using var tracker = new UserFaultTracker(new LocalInjector());
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        var scan = () => tracker.ScanAsync(workload.Tasks, cancelled.Token);
        await scan.Should().ThrowAsync<OperationCanceledException>();
    }

    private static long ReadPageTables(Workload workload) => long.Parse(
        File.ReadLines($"/proc/{workload.Pid}/status").First(line => line.StartsWith("VmPTE:", StringComparison.Ordinal))["VmPTE:".Length..^"kB".Length].Trim());
}
