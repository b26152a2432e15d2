using DockerMigrator.EndToEnd.Clients;
using DockerMigrator.EndToEnd.Harness;

namespace DockerMigrator.EndToEnd.Rollback;

/// <summary>Ctrl-C.</summary>
public sealed class CancelTests(Hosts hosts) : RollbackTest(hosts)
{
    [Theory]
    [InlineData("check", "INT")]
    [InlineData("prepare", "INT")]
    [InlineData("freeze", "INT")]
    [InlineData("prepare", "TERM")]
    public async Task Cancelled_after_a_phase_it_goes_back(string phase, string signal)
    {
        await StartAsync(megabytes: phase == "prepare" ? 400 : 1);
        await using var migration = RunningMigration.Start(Source, "counter", Target.Name);
        await migration.PhaseAsync(phase);
        await migration.SignalAsync(signal);

        (await migration.EndAsync()).ShouldEndWith(130).Outcome.Should().Be("cancelled");

        await VerifyNothingHappenedAsync();
    }

    [Theory]
    [InlineData(40)] // it has hardly begun
    [InlineData(60)]
    [InlineData(80)]
    [InlineData(100)]
    [InlineData(250)]
    public async Task Cancelled_while_it_looks_nothing_was_touched(int milliseconds)
    {
        await StartAsync(megabytes: 1);
        await using var migration = RunningMigration.Start(Source, "counter", Target.Name);
        await Task.Delay(milliseconds);
        await migration.SignalAsync("INT");

        (await migration.EndAsync()).ShouldEndWith(130);

        await VerifyNothingHappenedAsync();
    }
}
