using DockerMigrator.FileSync.Receiving;
using DockerMigrator.FileSync.Trees;

namespace DockerMigrator.FileSync.Drivers.Overlay;

/// <summary>
/// Docker's first overlay driver, "overlay" (until Docker 23; moby, daemon/graphdriver/overlay/overlay.go). An image's layer is
/// a whole tree ("root", its files hard-linked to those of the layers below), so a container has a single lower directory
/// (that of "lower-id"). It has no layer of its own for what Docker puts on top of every image: that is copied from the
/// "-init" layer's upper directory into the container's, where it looks like changes of the container.
/// </summary>
internal sealed class FirstOverlayDriver() : DockerOverlayDriver("overlay")
{
    protected override async Task StartOverAsync(ContainerStorage storage, string upper, CancellationToken cancellationToken)
    {
        var initial = Path.Combine(BaseDirectory(storage), LayerNotes.Initial(storage, Name), "upper");
        // As they lie there: whiteouts are nodes and opaque directories attributes like any others.
        using var source = PlainTree.Open(initial, storage.Description);
        using var target = TreeRoot.OpenDirectory(upper, storage.Description);
        await LocalCopy.RunAsync(source, target, cancellationToken);
    }
}
