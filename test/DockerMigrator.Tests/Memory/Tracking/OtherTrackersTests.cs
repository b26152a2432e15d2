using DockerMigrator.Memory.Tracking;

namespace DockerMigrator.Tests.Memory.Tracking;

public sealed class OtherTrackersTests
{
    [Theory]
    [InlineData("hash", "scribble")]
    [InlineData("hash", "forks")]
    [InlineData("hash", "exec")]
    [InlineData("hash", "churn")]
    [InlineData("hash", "filtered")]
    [InlineData("hash", "tables")]
    [InlineData("hash", "odd")]
    [InlineData("soft-dirty", "scribble")]
    [InlineData("soft-dirty", "forks")]
    [InlineData("soft-dirty", "exec")]
    [InlineData("soft-dirty", "churn")]
    [InlineData("soft-dirty", "huge")]
    [InlineData("soft-dirty", "tables")]
    [InlineData("soft-dirty", "odd")]
    [InlineData("soft-dirty", "filtered")]
    [InlineData("soft-dirty", "vfork")]
    public async Task What_was_reported_is_what_the_frozen_processes_have(string name, string mode)
    {
        Assert.SkipUnless(TrackerProbe.Works(name), "the kernel cannot do this");
        using var workload = await Workload.StartAsync(mode);
        using var tracker = DirtyTrackers.Create(name, workload.Freezer);
        var shadow = new Shadow(tracker);
        var tracked = 0L;
        for (var freeze = 0; freeze < 3; freeze++)
        {
            for (var scan = 0; scan < 4; scan++)
                await shadow.ScanAsync(workload.Tasks);
            await workload.FreezeAsync();
            tracked += shadow.CompareFrozen(workload.Tasks).Layouts.Sum(layout => layout.Present.Sum(range => range.Pages));
            workload.Freezer.Thaw();
        }

        workload.ShouldBeWell();
        tracked.Should().BePositive();
    }
}
