using DockerMigrator.Docker.Logs;
using DockerMigrator.Docker.Volumes;
using DockerMigrator.FileSync;
using DockerMigrator.FileSync.Drivers;
using DockerMigrator.FileSync.Receiving;
using DockerMigrator.Protocol.Errors;
using DockerMigrator.Protocol.Messages;

namespace DockerMigrator.Migration.Target;

/// <summary>Writes the container's files. Where a tree lies is this host's own knowledge; the source only names it.</summary>
public static class TargetFiles
{
    private const UnixFileMode LogMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;

    /// <summary>Performs <see cref="ReceiveTree"/>.</summary>
    public static async Task<Received> ReceiveTreeAsync(TargetMigration migration, ReceiveTree request, Stream stream, CancellationToken cancellationToken)
    {
        // Two mounts of the same layers do not see each other's changes: it is Docker's that has to get these.
        if (migration.Restore is { } restore)
            await restore.StandsByAsync(cancellationToken);
        using var root = await OpenAsync(migration, request, cancellationToken);
        // The receiver is synchronous: it gets a thread of its own.
        var stats = await Task.Factory.StartNew(
            () => TreeReceiver.Receive(stream, root, cancellationToken), cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        return new Received(stats.Entries, stats.Bytes);
    }

    /// <summary>Performs <see cref="ReceiveLog"/>.</summary>
    public static async Task<Received> ReceiveLogAsync(TargetMigration migration, ReceiveLog request, Stream stream, CancellationToken cancellationToken)
    {
        var path = ContainerLogs.PathOf(migration.Container!, migration.Host.DataRoot, request.Suffix)
            ?? throw new MigratorException($"The container here keeps no log file \"{request.Suffix}\".");
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await using var file = new FileStream(path, new FileStreamOptions
            {
                Mode = FileMode.OpenOrCreate,
                Access = FileAccess.Write,
                UnixCreateMode = LogMode,
                BufferSize = 0,
            });
            if (request.Offset < 0 || request.Offset > file.Length)
                throw new MigratorException($"A log file of {file.Length} bytes cannot go on at {request.Offset}.");
            file.SetLength(request.Offset);
            file.Position = request.Offset;
            await stream.CopyToAsync(file, 256 * 1024, cancellationToken);
            return new Received(1, file.Length - request.Offset);
        }
        catch (IOException e)
        {
            throw new MigratorException($"The log file {path} cannot be written: {e.Message}", e);
        }
    }

    private static async Task<TreeRoot> OpenAsync(TargetMigration migration, ReceiveTree request, CancellationToken cancellationToken)
    {
        var container = migration.Container!;
        switch (request.Tree.Kind)
        {
            case TreeKind.Rootfs:
                var storage = ContainerStorages.Of(container, migration.Host.DataRoot);
                return await StorageDrivers.Detect(storage).OpenForWritingAsync(storage, startOver: request.IsFirst, cancellationToken);
            case TreeKind.Volume when migration.Plan.CopiedVolumes.Contains(request.Tree.Path):
                var mount = ContainerMounts.Find(container, request.Tree.Path)
                    ?? throw new MigratorException($"The container here has no volume at {request.Tree.Path}.");
                return await VolumePaths.OpenAsync(migration.Docker, mount, cancellationToken);
            case TreeKind.Bind when migration.Plan.CopiedBinds.FirstOrDefault(bind => bind.Destination == request.Tree.Path) is { } bind:
                return bind.IsFile ? TreeRoot.OpenFile(bind.Source, bind.Source) : TreeRoot.OpenDirectory(bind.Source, bind.Source);
            default:
                throw new MigratorException($"The {request.Tree} is not among those to be copied.");
        }
    }
}
