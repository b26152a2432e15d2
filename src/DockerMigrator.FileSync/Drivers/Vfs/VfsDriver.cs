using System.IO.Pipes;
using System.Text;
using DockerMigrator.FileSync.Errors;
using DockerMigrator.FileSync.Receiving;
using DockerMigrator.FileSync.Sending;
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
        new DifferenceTree(Open(LayerOf(storage, "mount-id")), Open(LayerOf(storage, "init-id")), Describe(storage));

    public async Task<TreeRoot> OpenForWritingAsync(ContainerStorage storage, bool startOver, CancellationToken cancellationToken = default)
    {
        if (startOver)
            await StartOverAsync(storage, cancellationToken);
        return OpenRoot(storage);
    }

    /// <summary>Brings the container's copy back to its image's state: by the difference from the one to the other.</summary>
    private static async Task StartOverAsync(ContainerStorage storage, CancellationToken cancellationToken)
    {
        using var back = new DifferenceTree(Open(LayerOf(storage, "init-id")), Open(LayerOf(storage, "mount-id")), Describe(storage));
        using var writing = new AnonymousPipeServerStream(PipeDirection.Out);
        using var reading = new AnonymousPipeClientStream(PipeDirection.In, writing.ClientSafePipeHandle);
        var sending = Task.Run(
            () =>
            {
                using (writing)
                    new TreeSender(back).Send(writing, Pass.Live, cancellationToken);
            },
            CancellationToken.None);
        var receiving = Task.Run(
            () =>
            {
                using (reading)
                using (var root = OpenRoot(storage))
                    TreeReceiver.Receive(reading, root, cancellationToken);
            },
            CancellationToken.None);

        // If one fails, the other loses its partner and ends, too: it is the first one's reason that counts.
        var first = await Task.WhenAny(sending, receiving);
        await (first == sending ? receiving : sending).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        await first;
        await Task.WhenAll(sending, receiving);
    }

    private static TreeRoot OpenRoot(ContainerStorage storage) => TreeRoot.OpenDirectory(LayerOf(storage, "mount-id"), Describe(storage));

    private static string LayerOf(ContainerStorage storage, string role)
    {
        var note = Path.Combine(storage.DockerRoot, "image", "vfs", "layerdb", "mounts", storage.ContainerId, role);
        try
        {
            return Path.Combine(storage.DockerRoot, "vfs", "dir", File.ReadAllText(note).Trim());
        }
        catch (IOException e)
        {
            throw new TreeException($"Docker's note '{note}' about the container's layer cannot be read: {e.Message}", e);
        }
    }

    private static FileDescriptor Open(string path)
    {
        var error = FileCalls.Open(Encoding.UTF8.GetBytes(path), OpenFlags.Directory | OpenFlags.NoAccessTime, out var directory);
        return error == Errno.None ? directory : throw TreeException.Because("Opening the layer", path, error);
    }

    private static string Describe(ContainerStorage storage) => "container " + storage.ContainerId[..Math.Min(12, storage.ContainerId.Length)];
}
