using DockerMigrator.EndToEnd.Clients;
using DockerMigrator.EndToEnd.Harness;

namespace DockerMigrator.EndToEnd.Rollback;

/// <summary>
/// A migration that fails: the container goes on where it was without losing a step, and the target is what it was.
/// </summary>
[Trait("Area", "Rollback")]
public abstract class RollbackTest(Hosts hosts) : MigrationTest(hosts)
{
    private static readonly TimeSpan CleaningLimit = TimeSpan.FromSeconds(40);

    private IReadOnlyList<string> _sourceBefore = [];
    private IReadOnlyList<string> _targetBefore = [];

    /// <summary>Starts the container "counter" with a volume of so many megabytes, and remembers how both hosts look.</summary>
    protected async Task StartAsync(int megabytes, params string[] options)
    {
        await NumberLog.StartAsync(Source, "counter", ["-v", "data:/data", "--restart", "always", .. options]);
        // Not compressible, and no zeros that a clever copy leaves out.
        await Source.DockerAsync("exec", "counter", "sh", "-c", $"head -c {megabytes * 1_000_000} /dev/urandom >/data/file");
        await RememberAsync();
    }

    protected async Task RememberAsync()
    {
        _sourceBefore = await HostState.CaptureAtRestAsync(Source);
        _targetBefore = await HostState.CaptureAtRestAsync(Target);
    }

    /// <summary>Fails unless it was as if the migration had never been.</summary>
    protected async Task VerifyNothingHappenedAsync()
    {
        await VerifyGoesOnAsync();
        (await Source.DockerAsync("exec", "counter", "echo", "alive")).Should().Be("alive");
        await HostState.ShouldBecomeAsync(Source, _sourceBefore);
        await HostState.ShouldBecomeAsync(Target, _targetBefore, CleaningLimit);
        Journals(Source).Should().BeEmpty("nothing is left to be settled");
    }

    /// <summary>Fails unless the container goes on at the source.</summary>
    protected virtual Task VerifyGoesOnAsync() => NumberLog.VerifyGoesOnAsync(Source, "counter");

    /// <summary>That it can be moved now, after all that.</summary>
    protected async Task VerifyItCanStillMoveAsync()
    {
        await MoveAsync("counter");
        await NumberLog.VerifyGoesOnAsync(Target, "counter");
    }

    /// <summary>The directories of restores under way on the target.</summary>
    protected IReadOnlyList<string> Restores()
    {
        var path = Target.PathOf("/run/docker-migrator/restore");
        return Directory.Exists(path) ? Directory.GetDirectories(path) : [];
    }

    /// <summary>Waits until a restore on the target has come so far that a file of its directory is there.</summary>
    protected Task RestoreHasAsync(string file) =>
        Eventually.IsTrueAsync($"the restore has {file}", () => Restores().Any(directory => File.Exists(Path.Combine(directory, file))));

    /// <summary>Kills the agent on the target, not what ssh has around it.</summary>
    protected async Task KillAgentAsync() =>
        await Target.ShellAsync("kill -KILL $(pgrep -xf '(/usr/local/bin/)?docker-migrator agent --stdio')");

    private static string[] Journals(LabHost host)
    {
        var path = host.PathOf("/var/lib/docker-migrator/journal");
        return Directory.Exists(path)
            ? [.. Directory.GetFiles(path).Where(file => !File.ReadAllText(file).Contains("\"end\"", StringComparison.Ordinal))]
            : [];
    }
}
