using System.Text;
using DockerMigrator.FileSync.Errors;
using DockerMigrator.FileSync.Receiving;
using DockerMigrator.FileSync.Trees;
using DockerMigrator.Native.Files;

namespace DockerMigrator.FileSync.Drivers.Aufs;

/// <summary>
/// Docker's aufs driver (until Docker 23; moby, daemon/graphdriver/aufs/aufs.go): "aufs/diff/LAYER" is a layer's branch,
/// "aufs/layers/LAYER" lists those below it, "aufs/mnt/LAYER" is where a container's branches are mounted as one. Which
/// layer is whose stands in image/aufs/layerdb/mounts. Containers can leave such a host, and cannot come to one.
/// </summary>
internal sealed class AufsDriver : IStorageDriver
{
    public string Name => "aufs";

    public string? WritingProblem =>
        "Docker keeps containers on AUFS here, from where docker-migrator moves them away but not to: set \"storage-driver\": \"overlay2\" in /etc/docker/daemon.json.";

    public IChangeSource OpenChanges(ContainerStorage storage)
    {
        var layer = LayerNotes.Writable(storage, Name);
        var branch = Path.Combine(storage.DockerRoot, Name, "diff", layer);
        var error = FileCalls.Open(Encoding.UTF8.GetBytes(branch), OpenFlags.Directory | OpenFlags.NoAccessTime, out var directory);
        return error == Errno.None
            ? new AufsChanges(directory, Path.Combine(storage.DockerRoot, Name, "mnt", layer), storage.Description)
            : throw TreeException.Because("Opening the container's layer", branch, error);
    }

    public Task<TreeRoot> OpenForWritingAsync(ContainerStorage storage, bool startOver, CancellationToken cancellationToken = default) =>
        throw new TreeException(WritingProblem!);
}
