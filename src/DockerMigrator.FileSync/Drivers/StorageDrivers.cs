using DockerMigrator.FileSync.Drivers.Overlay;
using DockerMigrator.FileSync.Drivers.Vfs;
using DockerMigrator.FileSync.Errors;

namespace DockerMigrator.FileSync.Drivers;

/// <summary>The storage drivers that are known.</summary>
public static class StorageDrivers
{
    private static readonly IStorageDriver[] All =
        [new DockerOverlayDriver("overlay2"), new DockerOverlayDriver("overlay"), new ContainerdOverlayDriver(), new VfsDriver()];

    /// <summary>The driver that a container's file system is on.</summary>
    /// <exception cref="TreeException">It is not supported.</exception>
    public static IStorageDriver Detect(ContainerStorage storage) =>
        All.FirstOrDefault(driver => driver.Name == storage.DriverName)
            ?? throw new TreeException($"Docker's storage driver '{storage.DriverName}' is not supported; supported are {string.Join(", ", All.Select(driver => driver.Name))}.");
}
