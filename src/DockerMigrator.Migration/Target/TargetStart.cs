using System.Diagnostics;
using DockerMigrator.Docker.Containers;
using DockerMigrator.Docker.Engine;
using DockerMigrator.Docker.Json;
using DockerMigrator.Migration.Journals;
using DockerMigrator.Protocol.Errors;

namespace DockerMigrator.Migration.Target;

/// <summary>
/// Starts a container anew whose files have moved. That happens in the commit and nowhere else: the source's is stopped then, and stays
/// so until this host has said that the container does not run here and is gone.
/// </summary>
public static class TargetStart
{
    // A program that cannot work where it is (a missing device, data that it does not read) mostly says so and ends within a second. One
    // that lasts this long is taken for one that runs.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);

    /// <summary>Performs <see cref="Protocol.Messages.HoldStart"/>: whether the container is there, and as it was created.</summary>
    /// <exception cref="MigratorException">It is not.</exception>
    public static async Task HoldAsync(TargetMigration migration, CancellationToken cancellationToken)
    {
        var container = await migration.Docker.InspectContainerAsync(migration.Container!.Id, cancellationToken);
        if (container.Status != "created")
            throw new MigratorException($"The container {container.Name} was created here and not started, but now it is {container.Status}.");
    }

    /// <summary>Starts it, and watches it for a moment.</summary>
    /// <returns>For how long it has run.</returns>
    /// <exception cref="MigratorException">Docker cannot start it, or it ended at once. The caller must undo before it says so.</exception>
    public static async Task<TimeSpan> StartAsync(DockerClient docker, string containerId)
    {
        var since = DateTimeOffset.UtcNow;
        await docker.StartContainerAsync(containerId);
        var started = Stopwatch.GetTimestamp();
        if (await WatchAsync(docker, containerId) is { } ended)
            throw new MigratorException(await DescribeAsync(docker, ended, since));
        return Stopwatch.GetElapsedTime(started);
    }

    /// <summary>Whether it was started, and runs after a moment as well: for the recovery of a commit that nobody saw the end of.</summary>
    public static async Task<bool> StaysAsync(DockerClient docker, string containerId) => await WatchAsync(docker, containerId) is null;

    // Null if it still runs in the end.
    private static async Task<ContainerInspect?> WatchAsync(DockerClient docker, string containerId)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            var container = await docker.InspectContainerAsync(containerId);
            if (!container.IsRunning)
                return container;
            if (Stopwatch.GetElapsedTime(started) >= Grace)
                return null;
            await Task.Delay(Poll);
        }
    }

    private static async Task<string> DescribeAsync(DockerClient docker, ContainerInspect container, DateTimeOffset since) =>
        $"The container was started but ended within {Grace.TotalSeconds:0} seconds, with exit code {container.Json.Number("State", "ExitCode")}{await LastWords.ReadAsync(docker, container.Id, since)}.";
}
