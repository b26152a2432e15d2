using DockerMigrator.Criu.Images;
using DockerMigrator.Native.Restore;

namespace DockerMigrator.Migration.Target;

/// <summary>Takes away what a restore needed, its memory first of all.</summary>
public static class RestoreLeftovers
{
    /// <summary>Removes a container's restore directory; nothing happens if there is none.</summary>
    public static void Remove(string containerId)
    {
        var directory = RestoreDirectory.For(containerId);
        if (!Directory.Exists(directory.Path))
            return;
        ImageMemory.Remove(RestoreDirectory.ImagesName, directory.Path);
        Directory.Delete(directory.Path, recursive: true);
    }
}
