using DockerMigrator.EndToEnd.Clients;
using DockerMigrator.EndToEnd.Harness;
using DockerMigrator.Memory.Tracking;

namespace DockerMigrator.EndToEnd.Memory;

/// <summary>Memory that is written all the time moves round after round, however the changes are found.</summary>
[Trait("Area", "Memory")]
public sealed class TrackerTests(Hosts hosts) : MigrationTest(hosts)
{
    private const long Size = 128 << 20;

    // Megabytes a second that the machine can cope with.
    private static readonly string Rate = Machine.IsSimulated ? "2" : "20";

    // It stands still for milliseconds only.
    private const string KillWhenFrozen = """
        cd /sys/fs/cgroup/docker/$(docker inspect -f '{{.Id}}' hog)
        migration=$(pgrep -f '^docker-migrator migrate')
        frozen=0
        until [[ $frozen == 1 ]]; do
            while read -r name value; do [[ $name != frozen ]] || frozen=$value; done <cgroup.events
        done
        kill -KILL $migration
        echo killed
        """;

    [Theory]
    [InlineData("uffd-wp")]
    [InlineData("soft-dirty")]
    [InlineData("hash")]
    public async Task Only_what_changed_last_is_copied_in_the_freeze(string tracker)
    {
        Assert.SkipUnless(TrackerProbe.Works(tracker), "this kernel cannot do it; `test.sh --vm` runs this on one that can");
        var memory = await MoveHogAsync("--tracker", tracker);

        memory.Strategy.Should().Be("pre-copy");
        memory.Tracker.Should().Be(tracker);
        memory.DirtyBytes.Count.Should().BeGreaterThanOrEqualTo(2);
        memory.DirtyBytes[0].Should().BeGreaterThanOrEqualTo(Size, "the first round takes everything");
        memory.DirtyBytes[^1].Should().BeLessThan(memory.DirtyBytes[0] / 4);
        memory.SentBytes.Sum().Should().BeGreaterThanOrEqualTo(Size, "it cannot be compressed");
    }

    [Fact]
    public async Task Pages_that_are_written_with_what_they_hold_are_sent_once()
    {
        await Source.StartAsync("hog", "lab/memhog", "128", "20", "--verify", "--same");
        await VerifiedMemory.WaitForAsync(Source, "hog", 1);

        var result = await MoveAsync("hog");

        await VerifiedMemory.VerifyGoesOnAsync(Target, "hog");
        var memory = MemoryReport.Of(result);
        memory.EqualBytes[0].Should().Be(0, "nothing was sent before");
        var (dirty, equal, sent) = (memory.DirtyBytes.Skip(1).Sum(), memory.EqualBytes.Skip(1).Sum(), memory.SentBytes.Skip(1).Sum());
        if (memory.Tracker == TrackerNames.Hash)
        {
            // It looks at nothing but what they hold.
            dirty.Should().BeLessThan(1 << 20);
            return;
        }

        equal.Should().BeGreaterThan(dirty * 3 / 4);
        sent.Should().BeLessThan(dirty / 4);
    }

    [Fact]
    public async Task Without_connections_of_its_own_memory_goes_through_ssh()
    {
        var memory = await MoveHogAsync("--connections", "0");

        memory.Strategy.Should().Be("pre-copy");
        memory.SentBytes.Sum().Should().BeGreaterThanOrEqualTo(Size);
    }

    [Fact]
    public async Task Killed_while_the_container_stands_still_for_a_scan_it_lets_it_go_on()
    {
        Assert.SkipUnless(TrackerProbe.Works("soft-dirty"), "this kernel cannot do it; `test.sh --vm` runs this on one that can");
        await Source.StartAsync("hog", "lab/memhog", "128", "20", "--verify");
        await VerifiedMemory.WaitForAsync(Source, "hog", 1);
        await using var migration = RunningMigration.Start(Source, "hog", Target.Name, "--tracker", "soft-dirty", "--bandwidth", "30M");
        await migration.PhaseAsync("copy");

        (await Source.ShellAsync(KillWhenFrozen)).Should().Be("killed");

        (await migration.EndAsync()).ExitCode.Should().NotBe(0);
        await VerifiedMemory.VerifyGoesOnAsync(Source, "hog");
        (await Source.TryOnAsync("docker-migrator", "recover")).ExitCode.Should().Be(0);
    }

    private async Task<MemoryReport> MoveHogAsync(params string[] options)
    {
        await Source.StartAsync("hog", "lab/memhog", "128", Rate, "--verify");
        await VerifiedMemory.WaitForAsync(Source, "hog", 1);

        var result = await MoveAsync("hog", options);

        await VerifiedMemory.VerifyGoesOnAsync(Target, "hog");
        result.Warnings.Should().BeEmpty();
        return MemoryReport.Of(result);
    }
}
