using DockerMigrator.EndToEnd.Clients;
using DockerMigrator.EndToEnd.Harness;

namespace DockerMigrator.EndToEnd.Rollback;

/// <summary>The migrate command itself dies: afterwards <c>recover</c> ends in exactly one running container.</summary>
public sealed class CrashTests(Hosts hosts) : RollbackTest(hosts)
{
    [Theory]
    [InlineData("check")]
    [InlineData("prepare")]
    [InlineData("copy")]
    [InlineData("pre-copy")]
    [InlineData("freeze")]
    [InlineData("dump")]
    [InlineData("restore")]
    [InlineData("commit")]
    public async Task Killed_after_a_phase_recovery_leaves_exactly_one(string phase)
    {
        await StartAsync(megabytes: 1);
        await using (var migration = RunningMigration.Start(Source, "counter", Target.Name))
        {
            await migration.PhaseAsync(phase);
            await migration.SignalAsync("KILL");
            await migration.EndAsync();
        }

        await VerifyExactlyOneAsync(mayRunBeforeRecovery: phase is "restore" or "commit");
    }

    [Fact]
    public async Task Killed_at_any_moment_of_the_switch_recovery_leaves_exactly_one()
    {
        for (var delay = 0; delay < 400; delay += 80)
        {
            await UseAsync(Pair);
            await StartAsync(megabytes: 1);
            await using var migration = RunningMigration.Start(Source, "counter", Target.Name);
            await migration.PhaseAsync("freeze");
            await Task.Delay(delay);
            await migration.SignalAsync("KILL");
            await migration.EndAsync();
            await VerifyExactlyOneAsync(mayRunBeforeRecovery: true);
        }
    }

    [Fact]
    public async Task Both_sides_killed_recovery_on_the_source_leaves_exactly_one()
    {
        await StartAsync(megabytes: 1);
        await using var migration = RunningMigration.Start(Source, "counter", Target.Name);
        await migration.PhaseAsync("dump");
        await Task.WhenAll(migration.SignalAsync("KILL"), Target.TryOnAsync("bash", "-c", "kill -KILL $(pgrep -xf '(/usr/local/bin/)?docker-migrator agent --stdio')"));
        await migration.EndAsync();

        await VerifyExactlyOneAsync(mayRunBeforeRecovery: true);
    }

    [Fact]
    public async Task Without_anything_to_settle_recovery_says_nothing()
    {
        await StartAsync(megabytes: 1);

        var result = await Source.TryOnAsync("docker-migrator", "recover");

        (result.ExitCode, result.Stdout, result.Stderr).Should().Be((0, "", ""));
        await VerifyNothingHappenedAsync();
    }

    private async Task VerifyExactlyOneAsync(bool mayRunBeforeRecovery)
    {
        if (!mayRunBeforeRecovery)
            (await RunsAsync(Target)).Should().BeFalse("nobody has committed");

        var recovery = await Source.TryOnAsync("docker-migrator", "recover");

        recovery.ExitCode.Should().Be(0, recovery.Stderr);
        var (here, there) = (await RunsAsync(Source), await RunsAsync(Target));
        (here ^ there).Should().BeTrue("exactly one runs (source {0}, target {1}); recovery said: {2}", here, there, recovery.Stderr);
        var (owner, other) = here ? (Source, Target) : (Target, Source);
        await NumberLog.VerifyGoesOnAsync(owner, "counter");
        (await owner.InspectAsync("counter")).RestartPolicy["Name"]!.GetValue<string>().Should().Be("always");
        if (here)
            await VerifyNothingHappenedAsync();
        else
            await Eventually.IsTrueAsync("the other is gone", async () => !await other.HasContainerAsync("counter"));
    }

    private static async Task<bool> RunsAsync(LabHost host) =>
        (await host.DockerAsync("ps", "-a", "--filter", "name=^counter$", "--format", "{{.State}}")) == "running";
}
