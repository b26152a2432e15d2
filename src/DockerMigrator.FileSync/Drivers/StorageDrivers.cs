using DockerMigrator.FileSync.Drivers.Aufs;
using DockerMigrator.FileSync.Drivers.Overlay;
using DockerMigrator.FileSync.Drivers.Vfs;
using DockerMigrator.FileSync.Errors;

namespace DockerMigrator.FileSync.Drivers;

/// <summary>The storage drivers that are known.</summary>
public static class StorageDrivers
{
    private static readonly IStorageDriver[] All =
        [new DockerOverlayDriver(), new FirstOverlayDriver(), new ContainerdOverlayDriver(), new AufsDriver(), new VfsDriver()];

    /// <summary>The names of all.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. All.Select(driver => driver.Name)];

    /// <summary>Why no container can come to a host with a driver of that name, as a sentence; null if one can.</summary>
    public static string? WritingProblem(string name) => All.FirstOrDefault(driver => driver.Name == name) is { } driver ? driver.WritingProblem : Unsupported(name);

    /// <summary>The driver that a container's file system is on.</summary>
    /// <exception cref="TreeException">It is not supported.</exception>
    public static IStorageDriver Detect(ContainerStorage storage) =>
        All.FirstOrDefault(driver => driver.Name == storage.DriverName)
            ?? throw new TreeException(Unsupported(storage.DriverName));

    private static string Unsupported(string name) => $"Docker's storage driver '{name}' is not supported; supported are {string.Join(", ", Names)}.";
}
