using DockerMigrator.EndToEnd.Clients;
using DockerMigrator.EndToEnd.Harness;

namespace DockerMigrator.EndToEnd.Rollback;

/// <summary>The agent on the target dies without a word.</summary>
public sealed class KilledAgentTests(Hosts hosts) : RollbackTest(hosts)
{
    [Theory]
    [InlineData("check")]
    [InlineData("prepare")]
    [InlineData("copy")]
    [InlineData("pre-copy")]
    [InlineData("freeze")]
    public async Task Killed_after_a_phase_it_costs_nothing(string phase)
    {
        await StartAsync(megabytes: phase == "prepare" ? 400 : 1);
        await using var migration = RunningMigration.Start(Source, "counter", Target.Name);
        await migration.PhaseAsync(phase);
        await KillAgentAsync();

        (await migration.EndAsync()).ShouldEndWith(4).Outcome.Should().Be("rolled-back");

        await VerifyNothingHappenedAsync();
    }

    [Theory]
    [InlineData("ready")]
    [InlineData("pid")]
    public async Task Killed_during_the_restore_it_costs_nothing(string file)
    {
        await StartAsync(megabytes: 1);
        await using var migration = RunningMigration.Start(Source, "counter", Target.Name);
        await RestoreHasAsync(file);
        await KillAgentAsync();

        var result = await migration.EndAsync();

        // A restore is quick: the kill may come when everything is done but for the tidying.
        if (result.ExitCode == 0)
        {
            await NumberLog.VerifyGoesOnAsync(Target, "counter");
            (await Source.HasContainerAsync("counter")).Should().BeFalse();
            return;
        }

        result.ShouldEndWith(4);
        await VerifyNothingHappenedAsync();
    }

    [Fact]
    public async Task After_it_was_killed_the_container_can_still_move()
    {
        await StartAsync(megabytes: 1);
        await using var migration = RunningMigration.Start(Source, "counter", Target.Name);
        await migration.PhaseAsync("freeze");
        await KillAgentAsync();
        (await migration.EndAsync()).ShouldEndWith(4);

        await VerifyItCanStillMoveAsync();
    }
}
