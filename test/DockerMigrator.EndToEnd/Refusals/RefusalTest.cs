using DockerMigrator.EndToEnd.Clients;
using DockerMigrator.EndToEnd.Harness;

namespace DockerMigrator.EndToEnd.Refusals;

/// <summary>What cannot be moved is refused in a sentence, and nothing is touched on either side.</summary>
[Trait("Area", "Refusals")]
public abstract class RefusalTest(Hosts hosts) : MigrationTest(hosts)
{
    protected Task StartAsync(params string[] options) => NumberLog.StartAsync(Source, "counter", options);

    /// <summary>Tries to migrate, and fails unless it is refused in one sentence that matches, with nothing changed.</summary>
    protected async Task<MigrationResult> RefuseAsync(string sentence, string container = "counter", string? destination = null, int exitCode = 3, params string[] options)
    {
        var (source, target) = (await HostState.CaptureAtRestAsync(Source), await HostState.CaptureAtRestAsync(Target));

        var result = (await RunningMigration.RunAsync(Source, [container, destination ?? Target.Name, .. options])).ShouldEndWith(exitCode);

        TestContext.Current.TestOutputHelper?.WriteLine(result.Stderr);
        result.Complaints.Should().ContainSingle().Which.Should().MatchRegex(sentence).And.MatchRegex("[.?!]$");
        result.Stderr.Should().NotMatchRegex("  at |Exception|exit status");
        if (exitCode == 3)
            result.Outcome.Should().Be("refused");
        await HostState.ShouldBecomeAsync(Source, source);
        await HostState.ShouldBecomeAsync(Target, target);
        return result;
    }
}
