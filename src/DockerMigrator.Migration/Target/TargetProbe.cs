using DockerMigrator.Protocol.Errors;
using DockerMigrator.Protocol.Messages;

namespace DockerMigrator.Migration.Target;

/// <summary>Whether a volume or bind mount here is the very one that the source has.</summary>
public static class TargetProbe
{
    // Network file systems remember for some seconds what a directory held.
    private const int Attempts = 10;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    /// <summary>Performs <see cref="ProbeVolume"/>: Docker mounts the volumes of the container, which does not run, to look into them.</summary>
    public static async Task<Probed> RunAsync(TargetMigration migration, ProbeVolume request, CancellationToken cancellationToken)
    {
        if (!ProbeVolume.IsProbeName(request.FileName))
            throw new MigratorException("The source asked for a file that is no probe.");
        for (var attempt = 1; ; attempt++)
        {
            if (await migration.Docker.HasPathAsync(migration.Container!.Id, $"{request.Destination.TrimEnd('/')}/{request.FileName}", cancellationToken))
                return new Probed(IsSeen: true);
            if (attempt == Attempts || !request.IsExpected)
                return new Probed(IsSeen: false);
            await Task.Delay(Pause, cancellationToken);
        }
    }
}
