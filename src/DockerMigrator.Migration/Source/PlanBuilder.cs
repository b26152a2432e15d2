using DockerMigrator.Docker.Recipes;
using DockerMigrator.Docker.Rules;
using DockerMigrator.Migration.Source.Mounts;
using DockerMigrator.Protocol.Messages;

namespace DockerMigrator.Migration.Source;

/// <summary>Makes the plan that the target is told from what the source knows.</summary>
public static class PlanBuilder
{
    /// <summary>The plan, but for the bytes on disk, which are measured by the plan itself.</summary>
    /// <param name="survey">All that is known about the container.</param>
    /// <param name="mounts">What becomes of its mounts.</param>
    /// <param name="options">What the user asked for.</param>
    /// <param name="memoryBytes">What the processes take in memory; 0 if they do not move.</param>
    public static MigrationPlan Build(SourceSurvey survey, MountPlan mounts, MigrateOptions options, long memoryBytes) => new()
    {
        Container = BindRelocation.Apply(survey.Container, mounts.TargetPaths).Json,
        Image = survey.Image.Json,
        Volumes = [.. survey.Volumes.Values],
        Networks = [.. survey.Networks.Values],
        CopiedVolumes = [.. mounts.Copied.Where(mount => mount.IsVolume).Select(mount => mount.Mount.Destination)],
        CopiedBinds = [.. mounts.Copied.Where(mount => !mount.IsVolume).Select(mount => new CopiedBind(mount.Mount.Destination, mount.Mount.Source, mount.IsFile))],
        OverwriteVolumes = options.OverwriteVolumes,
        Restart = options.Mode == MigrationMode.Restart,
        MemoryBytes = memoryBytes,
    };

    /// <summary>What that asks of the target.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="mounts">What becomes of the mounts.</param>
    /// <param name="imageBytes">What the image takes on disk; 0 if the target has it.</param>
    /// <param name="exportBytes">What the source's Docker writes to its own disk to export it.</param>
    public static TargetDemands Demands(MigrationPlan plan, MountPlan mounts, long imageBytes, long exportBytes) => new()
    {
        CopiedBinds = plan.CopiedBinds.Select(bind => bind.Source).ToHashSet(),
        CopiedVolumes = mounts.Copied.Where(mount => mount.IsVolume).Select(mount => mount.Mount.VolumeName).ToHashSet(),
        OverwritesVolumes = plan.OverwriteVolumes,
        Restart = plan.Restart,
        // As it comes, Docker keeps it in an archive or as blobs, and it unpacks it.
        DiskBytes = plan.DiskBytes + (2 * imageBytes),
        ExportBytes = exportBytes,
        // The images lie in memory until the processes made of them have taken their place.
        MemoryBytes = plan.Restart ? 0 : (plan.MemoryBytes * 2) + (64L << 20),
    };
}
