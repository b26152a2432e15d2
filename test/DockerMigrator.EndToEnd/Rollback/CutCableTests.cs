using DockerMigrator.EndToEnd.Harness;

namespace DockerMigrator.EndToEnd.Rollback;

/// <summary>The network goes away in the middle: the source gives up by itself, the target cleans up by itself.</summary>
public sealed class CutCableTests(Hosts hosts) : RollbackTest(hosts)
{
    public override async ValueTask DisposeAsync()
    {
        await Target.MendAsync();
        await base.DisposeAsync();
    }

    [Fact]
    public async Task Cut_during_the_copy_it_costs_nothing()
    {
        await StartAsync(megabytes: 400);
        await using var migration = RunningMigration.Start(Source, "counter", Target.Name);
        await migration.PhaseAsync("prepare");
        await Target.CutAsync();
        await GiveUpAsync(migration);

        await VerifyNothingHappenedAsync();
    }

    [Fact]
    public async Task Cut_during_the_restore_it_costs_a_pause()
    {
        await StartAsync(megabytes: 1);
        await using var migration = RunningMigration.Start(Source, "counter", Target.Name);
        await migration.PhaseAsync("freeze");
        await Target.CutAsync();
        await GiveUpAsync(migration);

        await VerifyNothingHappenedAsync();
    }

    // The cable stays out until the container goes on at the source, and comes back for the target to be looked at.
    private async Task GiveUpAsync(RunningMigration migration)
    {
        var end = migration.EndAsync();
        await Eventually.IsTrueAsync(
            "the target notices that the source is gone, and cleans up",
            async () => !await Target.HasContainerAsync("counter"),
            TimeSpan.FromSeconds(30));
        await Eventually.IsTrueAsync(
            "the container goes on at the source",
            async () => end.IsCompleted || (await Source.InspectAsync("counter") is { IsPaused: false } && migration.HasEnded("freeze") == migration.HasEnded("dump")),
            TimeSpan.FromSeconds(30));
        await Target.MendAsync();
        (await end).ShouldEndWith(4).Outcome.Should().Be("rolled-back");
    }
}
