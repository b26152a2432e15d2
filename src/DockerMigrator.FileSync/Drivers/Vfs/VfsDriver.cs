using System.Text;
using DockerMigrator.FileSync.Errors;
using DockerMigrator.FileSync.Receiving;
using DockerMigrator.FileSync.Trees;
using DockerMigrator.Native.Files;

namespace DockerMigrator.FileSync.Drivers.Vfs;

/// <summary>
/// Docker's vfs driver: every layer is a whole copy of the one below (moby, daemon/graphdriver/vfs/driver.go; which copy
/// is whose stands in image/vfs/layerdb/mounts). The container's is compared with that of its "-init" layer, from which it was made.
/// </summary>
internal sealed class VfsDriver : IStorageDriver
{
    public string Name => "vfs";

    public IChangeSource OpenChanges(ContainerStorage storage) =>
        new DifferenceTree(Open(Writable(storage)), Open(Initial(storage)), storage.Description);

    public async Task<TreeRoot> OpenForWritingAsync(ContainerStorage storage, bool startOver, CancellationToken cancellationToken = default)
    {
        var root = TreeRoot.OpenDirectory(Writable(storage), storage.Description);
        try
        {
            if (startOver)
            {
                // Back to the image's state: by the difference from the one to the other.
                using var back = new DifferenceTree(Open(Initial(storage)), Open(Writable(storage)), storage.Description);
                await LocalCopy.RunAsync(back, root, cancellationToken);
            }

            return root;
        }
        catch
        {
            root.Dispose();
            throw;
        }
    }

    private string Writable(ContainerStorage storage) => PathOf(storage, LayerNotes.Writable(storage, Name));

    private string Initial(ContainerStorage storage) => PathOf(storage, LayerNotes.Initial(storage, Name));

    private static string PathOf(ContainerStorage storage, string layer) => Path.Combine(storage.DockerRoot, "vfs", "dir", layer);

    private static FileDescriptor Open(string path)
    {
        var error = FileCalls.Open(Encoding.UTF8.GetBytes(path), OpenFlags.Directory | OpenFlags.NoAccessTime, out var directory);
        return error == Errno.None ? directory : throw TreeException.Because("Opening the layer", path, error);
    }
}
