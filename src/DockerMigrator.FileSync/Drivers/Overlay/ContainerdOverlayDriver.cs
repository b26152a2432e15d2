using DockerMigrator.FileSync.Errors;

namespace DockerMigrator.FileSync.Drivers.Overlay;

/// <summary>
/// Docker with containerd's image store, on the overlayfs snapshotter: Docker tells no directories, so a running
/// container's are read from its mounts, and any container's from containerd, where its snapshot has the container's ID.
/// </summary>
/// <param name="findMountOptions">Asks for the mount options of a snapshotter's snapshot.</param>
internal sealed class ContainerdOverlayDriver(Func<string, string, CancellationToken, Task<IReadOnlyList<string>>> findMountOptions) : OverlayDriver
{
    /// <summary>Asks this host's containerd.</summary>
    public ContainerdOverlayDriver()
        : this(ContainerdSnapshots.FindMountOptionsAsync)
    {
    }

    public override string Name => "overlayfs";

    protected override string BaseDirectory(ContainerStorage storage) => "/";

    protected override async Task<OverlayLayers> FindLayersAsync(ContainerStorage storage, CancellationToken cancellationToken)
    {
        var options = await findMountOptions(Name, storage.ContainerId, cancellationToken);
        return OverlayLayers.FromOptions(options, "/")
            ?? throw new TreeException($"containerd does not give {storage.Description} a writable overlay.");
    }
}
