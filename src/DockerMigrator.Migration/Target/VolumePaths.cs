using DockerMigrator.Docker.Containers;
using DockerMigrator.Docker.Engine;
using DockerMigrator.Docker.Volumes;
using DockerMigrator.FileSync.Receiving;
using DockerMigrator.Native.Files;
using DockerMigrator.Protocol.Errors;
using DockerMigrator.Protocol.Messages;

namespace DockerMigrator.Migration.Target;

/// <summary>Where the content of volumes lies on this host, as long as Docker has not mounted them.</summary>
public static class VolumePaths
{
    /// <summary>Volumes that are other directories of the host, and are copied: they are made, and must be empty, like the sources of copied bind mounts.</summary>
    public static IEnumerable<CopiedBind> Copied(MigrationPlan plan) => HostPaths(plan).Where(bind => plan.CopiedVolumes.Contains(bind.Destination));

    /// <summary>Volumes that are other directories of the host, are not copied, and whose directories are not there: Docker could not mount them.</summary>
    public static IEnumerable<string> Missing(MigrationPlan plan, Func<string, bool> exists) =>
        from bind in HostPaths(plan)
        where !plan.CopiedVolumes.Contains(bind.Destination) && !exists(bind.Source)
        select $"A volume of the container, mounted at {bind.Destination}, is the directory {bind.Source} of the host, which is not here: create it.";

    /// <summary>Opens a volume to be written.</summary>
    /// <exception cref="MigratorException">Its content cannot be reached.</exception>
    public static async Task<TreeRoot> OpenAsync(DockerClient docker, ContainerMount mount, CancellationToken cancellationToken)
    {
        // This host may have a volume of that name which is not what the source's is.
        var volume = await docker.InspectVolumeAsync(mount.VolumeName, cancellationToken);
        var storage = volume is null ? VolumeStorage.Directory : VolumeRecipe.StorageOf(volume);
        var root = TreeRoot.OpenDirectory((volume is null ? null : VolumeRecipe.HostPathOf(volume)) ?? mount.Source, $"volume {mount.VolumeName}");
        if (storage is VolumeStorage.Directory or VolumeStorage.HostPath || (FileCalls.Stat(root.Directory, out var status) == Errno.None && status.IsMountRoot))
            return root;
        // What was written below a mount would be hidden by it.
        root.Dispose();
        throw new MigratorException($"The volume {mount.VolumeName} is not mounted here yet, so its content cannot be written.");
    }

    private static IEnumerable<CopiedBind> HostPaths(MigrationPlan plan)
    {
        var mounts = ContainerMounts.Of(new ContainerInspect(plan.Container));
        foreach (var volume in plan.Volumes)
        {
            if (VolumeRecipe.HostPathOf(volume) is { } path && mounts.FirstOrDefault(mount => mount.VolumeName == volume["Name"]?.ToString()) is { } mount)
                yield return new CopiedBind(mount.Destination, path, IsFile: false);
        }
    }
}
