namespace DockerMigrator.FileSync.Drivers;

/// <summary>Where and how Docker keeps a container's file system.</summary>
/// <param name="ContainerId">The full ID.</param>
/// <param name="DriverName"><c>GraphDriver.Name</c> (or <c>Storage</c>'s snapshotter) of <c>docker inspect</c>: "overlay2", "vfs", "overlayfs".</param>
/// <param name="DockerRoot"><c>DockerRootDir</c> of <c>docker info</c>: "/var/lib/docker".</param>
public sealed record ContainerStorage(string ContainerId, string DriverName, string DockerRoot)
{
    /// <summary>The container, for messages: "container 0123456789ab".</summary>
    public string Description => "container " + ContainerId[..Math.Min(12, ContainerId.Length)];

    /// <summary>The PID of the running container's init as this process sees it; null if it does not run.</summary>
    public int? InitPid { get; init; }

    /// <summary><c>GraphDriver.Data</c>: UpperDir, LowerDir, WorkDir, MergedDir; empty if Docker tells nothing (containerd's image store, vfs).</summary>
    public IReadOnlyDictionary<string, string> DriverData { get; init; } = new Dictionary<string, string>();
}
