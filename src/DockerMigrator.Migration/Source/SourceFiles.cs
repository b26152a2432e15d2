using DockerMigrator.Docker.Logs;
using DockerMigrator.Docker.Volumes;
using DockerMigrator.FileSync;
using DockerMigrator.FileSync.Drivers;
using DockerMigrator.FileSync.Sending;
using DockerMigrator.FileSync.Trees;
using DockerMigrator.Protocol.Messages;

namespace DockerMigrator.Migration.Source;

/// <summary>The files that belong to the container: writable layer, volumes, copied binds and logs, and what was sent of them.</summary>
public sealed class SourceFiles : IDisposable
{
    private readonly SourceContext _context;
    private readonly List<SourceTree> _trees = [];
    private readonly LogMemory _logs = new();

    private SourceFiles(SourceContext context) => _context = context;

    /// <summary>Opens every tree of the container.</summary>
    public static SourceFiles Open(SourceContext context)
    {
        var files = new SourceFiles(context);
        try
        {
            var storage = ContainerStorages.Of(context.Container, context.Survey.Host.DataRoot);
            if (context.Options.StorageDriver is { } driver)
                storage = storage with { DriverName = driver };
            files.Add(TreeName.Rootfs, StorageDrivers.Detect(storage).OpenChanges(storage), ownedByContainer: true);
            foreach (var mount in ContainerMounts.Of(context.Container).Where(mount => context.Plan.CopiedVolumes.Contains(mount.Destination)))
                files.Add(new TreeName(TreeKind.Volume, mount.Destination), PlainTree.Open(mount.Source, $"volume {mount.VolumeName}"), ownedByContainer: !IsShared(context, mount));
            foreach (var bind in context.Plan.CopiedBinds)
                files.Add(new TreeName(TreeKind.Bind, bind.Destination), PlainTree.Open(bind.Source, bind.Source), ownedByContainer: false);
            return files;
        }
        catch
        {
            files.Dispose();
            throw;
        }
    }

    /// <summary>Bytes that the trees and logs take on a disk.</summary>
    public Task<long> MeasureAsync(CancellationToken cancellationToken) => Task.Factory.StartNew(
        () => _trees.Sum(tree => TreeSize.Measure(tree.Source, cancellationToken).Bytes)
            + ContainerLogs.Files(_context.Container, _context.Survey.Host.DataRoot).Sum(log => new FileInfo(log.Path).Length),
        cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>Sends one pass over every tree.</summary>
    /// <param name="isFinal">Whether the container is frozen, so that nothing may change any more.</param>
    /// <param name="cancellationToken">Stops between two pieces of data.</param>
    /// <returns>The number of entries that went out.</returns>
    public async Task<long> SendTreesAsync(bool isFinal, CancellationToken cancellationToken)
    {
        var entries = 0L;
        foreach (var tree in _trees)
            entries += await SendAsync(tree, isFinal ? tree.FinalPass : Pass.Live, cancellationToken);
        return entries;
    }

    /// <summary>Sends the log files: whole ones at first, then what was appended.</summary>
    public async Task SendLogsAsync(CancellationToken cancellationToken)
    {
        foreach (var log in ContainerLogs.Files(_context.Container, _context.Survey.Host.DataRoot))
        {
            using var part = _logs.Next(log);
            if (part is null)
                continue;
            await _context.Agent.AskAsync<Received>(
                new ReceiveLog(log.Suffix, part.Offset),
                stream => part.CopyToAsync(stream, cancellationToken),
                bytes => _context.Clock.Count("logs", bytes),
                cancellationToken);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _trees.ForEach(tree => tree.Source.Dispose());

    // Another container goes on writing while this one is frozen.
    private static bool IsShared(SourceContext context, ContainerMount mount) =>
        context.Survey.Others.Any(other => other.IsRunning && ContainerMounts.Of(other).Any(theirs => theirs.VolumeName == mount.VolumeName));

    private void Add(TreeName name, IChangeSource source, bool ownedByContainer) =>
        _trees.Add(new SourceTree(name, source, new TreeSender(source), ownedByContainer));

    private async Task<long> SendAsync(SourceTree tree, Pass pass, CancellationToken cancellationToken)
    {
        TreeStats? stats = null;
        await _context.Agent.AskAsync<Received>(
            new ReceiveTree(tree.Name, tree.Sender.IsFirstPass),
            // The walk is synchronous: it gets a thread of its own.
            stream => Task.Factory.StartNew(
                () => stats = tree.Sender.Send(stream, pass, cancellationToken),
                cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default),
            bytes => _context.Clock.Count(tree.Kind, bytes),
            cancellationToken);
        return stats?.Entries ?? 0;
    }

    private sealed record SourceTree(TreeName Name, IChangeSource Source, TreeSender Sender, bool OwnedByContainer)
    {
        // Where nobody but the frozen container writes, a change under our feet is an error; elsewhere it is life.
        public Pass FinalPass => OwnedByContainer ? Pass.Final : Pass.Live;

        // As in the report's "bytes".
        public string Kind => Name.Kind switch
        {
            TreeKind.Rootfs => "rootfs",
            TreeKind.Volume => "volumes",
            _ => "binds",
        };
    }
}
