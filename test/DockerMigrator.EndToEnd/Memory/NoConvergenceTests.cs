using DockerMigrator.EndToEnd.Clients;
using DockerMigrator.EndToEnd.Harness;

namespace DockerMigrator.EndToEnd.Memory;

/// <summary>A container that writes its memory much faster than the link takes it.</summary>
[Trait("Area", "Memory")]
public sealed class NoConvergenceTests(Hosts hosts) : MigrationTest(hosts)
{
    private const string Name = "hog";

    // The rate is more than it can do: as fast as it goes.
    private const string Command = "memhog 128 2000 --verify";

    // Slower than any machine writes, so that it does not depend on the machine who is the faster.
    private static readonly string[] SlowLink = ["--bandwidth", "150M"];

    [Fact]
    public async Task With_abort_it_stays_and_goes_on()
    {
        await StartAsync();
        var target = await HostState.CaptureAtRestAsync(Target);

        var result = (await MigrateAsync(Name, [.. SlowLink, "--on-no-converge", "abort"])).ShouldEndWith(4);

        result.Outcome.Should().Be("rolled-back");
        result.Complaints.Should().ContainSingle().Which.Should().Contain("--on-no-converge").And.Contain("runs on " + Source.Name);
        result.Report["downtime_ms"].Should().BeNull("it was never frozen");
        await VerifiedMemory.VerifyGoesOnAsync(Source, Name);
        await HostState.ShouldBecomeAsync(Target, target);
    }

    [Fact]
    public async Task By_default_it_moves_with_a_warning()
    {
        await StartAsync();

        var result = await MoveAsync(Name, SlowLink);

        result.Warnings.Should().ContainSingle().Which.Should().Contain("budget");
        await VerifiedMemory.VerifyGoesOnAsync(Target, Name);
    }

    [Theory]
    [InlineData]
    [InlineData("--cpus", "1.5")]
    public async Task With_throttle_it_moves_and_has_its_processor_time_back(params string[] options)
    {
        await StartAsync(options);
        var quota = await QuotaAsync(Source);

        await using var migration = RunningMigration.Start(Source, [Name, Target.Name, .. SlowLink, "--on-no-converge", "throttle"]);
        var end = migration.EndAsync();
        var isThrottled = await WasThrottledAsync(end, quota);

        (await end).ShouldEndWith(0);
        isThrottled.Should().BeTrue();
        await VerifiedMemory.VerifyGoesOnAsync(Target, Name);
        (await QuotaAsync(Target)).Should().Be(quota);
    }

    [Theory]
    [InlineData]
    [InlineData("--cpus", "1.5")]
    public async Task With_throttle_a_rollback_gives_its_processor_time_back(params string[] options)
    {
        // CRIU insists that an open file has the size that it had. No check sees that.
        await Source.ShellAsync("mkdir -p /srv/shared && echo 'long content' >/srv/shared/file");
        await Target.ShellAsync("mkdir -p /srv/shared && echo short >/srv/shared/file");
        await StartAsync(["-v", "/srv/shared:/shared", .. options], "exec 7</shared/file; ");
        var quota = await QuotaAsync(Source);
        var target = await HostState.CaptureAtRestAsync(Target);

        await using var migration = RunningMigration.Start(Source, [Name, Target.Name, .. SlowLink, "--on-no-converge", "throttle"]);
        var end = migration.EndAsync();
        var isThrottled = await WasThrottledAsync(end, quota);

        (await end).ShouldEndWith(4).Complaints.Should().ContainSingle().Which.Should().Contain("shared/file has bad size");
        isThrottled.Should().BeTrue();
        (await QuotaAsync(Source)).Should().Be(quota);
        await VerifiedMemory.VerifyGoesOnAsync(Source, Name);
        await HostState.ShouldBecomeAsync(Target, target);
    }

    private async Task StartAsync(string[]? options = null, string before = "")
    {
        await Source.StartAsync(Name, [.. options ?? [], "--entrypoint", "sh", "lab/memhog", "-c", $"{before}exec {Command}"]);
        await VerifiedMemory.WaitForAsync(Source, Name, 1);
    }

    private async Task<bool> WasThrottledAsync(Task migration, string quota)
    {
        while (!migration.IsCompleted)
        {
            var now = await TryQuotaAsync(Source);
            if (now != "" && now != quota)
                return true;
            await Task.Delay(TimeSpan.FromMilliseconds(50));
        }

        return false;
    }

    private static async Task<string> QuotaAsync(LabHost host)
    {
        var quota = await TryQuotaAsync(host);
        quota.Should().NotBeEmpty();
        return quota;
    }

    // From outside: a command executed in it would be in the migration's way.
    private static async Task<string> TryQuotaAsync(LabHost host)
    {
        var result = await host.TryOnAsync("bash", "-c", $"cd /sys/fs/cgroup/cpu/docker/$(docker inspect -f '{{{{.Id}}}}' {Name}) && echo $(cat cpu.cfs_quota_us cpu.cfs_period_us)");
        return result.Succeeded ? result.Stdout.Trim() : "";
    }
}
