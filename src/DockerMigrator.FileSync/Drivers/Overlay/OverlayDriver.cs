using System.Text;
using DockerMigrator.FileSync.Errors;
using DockerMigrator.FileSync.Receiving;
using DockerMigrator.FileSync.Trees;
using DockerMigrator.Native.Files;
using DockerMigrator.Native.Mounts;

namespace DockerMigrator.FileSync.Drivers.Overlay;

/// <summary>Containers on overlayfs: how to find the layers is what its kinds differ in.</summary>
internal abstract class OverlayDriver : IStorageDriver
{
    public abstract string Name { get; }

    public IChangeSource OpenChanges(ContainerStorage storage)
    {
        var upper = FindUpper(storage);
        var error = FileCalls.Open(Encoding.UTF8.GetBytes(upper), OpenFlags.Directory | OpenFlags.NoAccessTime, out var directory);
        return error == Errno.None
            ? new OverlayChanges(directory, storage.Description, () => MergedView.Open(storage, upper, BaseDirectory(storage)))
            : throw TreeException.Because("Opening the container's layer", upper, error);
    }

    public async Task<TreeRoot> OpenForWritingAsync(ContainerStorage storage, bool startOver, CancellationToken cancellationToken = default)
    {
        var layers = await FindLayersAsync(storage, cancellationToken);
        var mounted = MergedView.FindMountPoint(MountTable.Own(), layers.Upper, BaseDirectory(storage));
        if (mounted is not null)
        {
            // Changes below a mounted overlay are not seen by it: what is mounted must be used, and cannot be cleared.
            return startOver
                ? throw new TreeException($"The file system of {storage.Description} is mounted already and cannot be started over.")
                : TreeRoot.OpenDirectory(mounted, storage.Description);
        }

        if (startOver)
            await StartOverAsync(storage, layers.Upper, cancellationToken);
        return new TreeRoot(OverlayMounter.Mount(layers), storage.Description);
    }

    /// <summary>What relative paths in mount options are relative to.</summary>
    protected abstract string BaseDirectory(ContainerStorage storage);

    /// <summary>Where the changes of a running container are.</summary>
    protected virtual string FindUpper(ContainerStorage storage)
    {
        if (storage.DriverData.TryGetValue("UpperDir", out var upper) && upper.Length > 0)
            return upper;
        if (storage.InitPid is not { } pid)
            throw new TreeException($"{storage.Description} does not run, so its layer cannot be found.");
        return MergedView.RootLayers(pid, BaseDirectory(storage))?.Upper
            ?? throw new TreeException($"The root file system of {storage.Description} is not a writable overlay, though Docker says it uses {Name}.");
    }

    /// <summary>The layers of a container that need not run.</summary>
    protected abstract Task<OverlayLayers> FindLayersAsync(ContainerStorage storage, CancellationToken cancellationToken);

    /// <summary>Brings an upper directory back to what it was when the container had been created.</summary>
    /// <exception cref="TreeException">It cannot be.</exception>
    protected virtual Task StartOverAsync(ContainerStorage storage, string upper, CancellationToken cancellationToken)
    {
        var culprit = Array.Empty<byte>();
        var error = FileCalls.Open(Encoding.UTF8.GetBytes(upper), OpenFlags.Directory, out var directory);
        using (directory)
        {
            if (error == Errno.None)
                error = TreeRemover.Clear(directory, out culprit);
            if (error != Errno.None)
                throw TreeException.Because("Clearing", culprit, upper, error);
        }

        return Task.CompletedTask;
    }
}
