using DockerMigrator.FileSync.Errors;

namespace DockerMigrator.FileSync.Drivers.Overlay;

/// <summary>
/// Docker with containerd's image store, on the overlayfs snapshotter: Docker tells no directories, so a running
/// container's are read from its mounts, and any container's from containerd, where its snapshot has the container's ID.
/// </summary>
internal sealed class ContainerdOverlayDriver : OverlayDriver
{
    public override string Name => "overlayfs";

    protected override string BaseDirectory(ContainerStorage storage) => "/";

    protected override async Task<OverlayLayers> FindLayersAsync(ContainerStorage storage, CancellationToken cancellationToken)
    {
        var options = await ContainerdSnapshots.FindMountOptionsAsync(Name, storage.ContainerId, cancellationToken);
        return OverlayLayers.FromOptions(options, "/")
            ?? throw new TreeException($"containerd does not give {storage.Description} a writable overlay.");
    }
}
