using DockerMigrator.Docker.Rules;
using DockerMigrator.Docker.Volumes;
using DockerMigrator.Protocol.Messages;

namespace DockerMigrator.Migration.Source;

/// <summary>Makes the plan that the target is told from what the source knows.</summary>
public static class PlanBuilder
{
    /// <summary>The plan, but for the bytes on disk, which are measured by the plan itself.</summary>
    /// <param name="survey">All that is known about the container.</param>
    /// <param name="options">What the user asked for.</param>
    /// <param name="memoryBytes">What the processes take in memory.</param>
    public static MigrationPlan Build(SourceSurvey survey, MigrateOptions options, long memoryBytes) => new()
    {
        Container = survey.Container.Json,
        Image = survey.Image.Json,
        Volumes = [.. survey.Volumes.Values],
        Networks = [.. survey.Networks.Values],
        CopiedVolumes = [.. CopiedVolumes(survey).Select(mount => mount.Destination)],
        CopiedBinds = [.. CopiedBinds(survey, options).Select(mount => new CopiedBind(mount.Destination, mount.Source, File.Exists(mount.Source)))],
        OverwriteVolumes = options.OverwriteVolumes,
        MemoryBytes = memoryBytes,
    };

    /// <summary>The volumes whose content has to be copied: all but those that lie on the network.</summary>
    public static IEnumerable<ContainerMount> CopiedVolumes(SourceSurvey survey) =>
        ContainerMounts.Of(survey.Container).Where(mount =>
            mount.Kind == MountKind.AnonymousVolume
            || (mount.Kind == MountKind.NamedVolume && !(survey.Volumes.TryGetValue(mount.VolumeName, out var volume) && VolumeRecipe.IsRemote(volume))));

    /// <summary>The bind mounts whose content the user wants copied.</summary>
    public static IEnumerable<ContainerMount> CopiedBinds(SourceSurvey survey, MigrateOptions options) =>
        ContainerMounts.Of(survey.Container).Where(mount =>
            mount.Kind == MountKind.Bind
            && (options.CopyAllBinds || options.CopiedBinds.Contains(mount.Destination) || options.CopiedBinds.Contains(mount.Source))
            // A socket or device cannot be copied to mean the same elsewhere.
            && (File.Exists(mount.Source) || Directory.Exists(mount.Source)));
}
