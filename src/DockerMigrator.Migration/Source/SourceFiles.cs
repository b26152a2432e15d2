using System.Text.Json.Nodes;
using DockerMigrator.Docker.Logs;
using DockerMigrator.FileSync;
using DockerMigrator.FileSync.Drivers;
using DockerMigrator.FileSync.Sending;
using DockerMigrator.FileSync.Trees;
using DockerMigrator.Migration.Source.Logs;
using DockerMigrator.Migration.Source.Mounts;
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
            files.Add(TreeName.Rootfs, StorageDrivers.Detect(storage).OpenChanges(storage), ownedByContainer: true, onlyFinal: false);
            foreach (var copied in context.Mounts.Copied)
                files.Add(copied);
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
            + Logs().Sum(log => new FileInfo(log.Path).Length),
        cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>Sends one pass over every tree.</summary>
    /// <param name="isFinal">Whether the container is frozen, so that nothing may change any more.</param>
    /// <param name="cancellationToken">Stops between two pieces of data.</param>
    /// <returns>The number of entries that went out.</returns>
    public async Task<long> SendTreesAsync(bool isFinal, CancellationToken cancellationToken)
    {
        var entries = 0L;
        foreach (var tree in _trees.Where(tree => isFinal || !tree.OnlyFinal))
            entries += await SendAsync(tree, isFinal, cancellationToken);
        return entries;
    }

    /// <summary>Sends the log files: whole ones at first, then what was appended.</summary>
    /// <returns>The number of bytes that went out.</returns>
    public async Task<long> SendLogsAsync(CancellationToken cancellationToken)
    {
        var bytes = 0L;
        foreach (var log in Logs())
        {
            using var part = _logs.Next(log);
            if (part is null)
                continue;
            var received = await _context.Agent.AskAsync<Received>(
                new ReceiveLog(log.Suffix, part.Offset),
                stream => part.CopyToAsync(stream, cancellationToken),
                sent => _context.Clock.Count("logs", sent),
                cancellationToken);
            bytes += received.Bytes;
        }

        return bytes;
    }

    /// <summary>Opens what may be needed of the trees once the container is stopped.</summary>
    public void KeepOpen() => _trees.ForEach(tree => tree.Source.KeepOpen());

    /// <summary>Keeps the log open to see, once the source's copy is gone, whether all of it was sent.</summary>
    public void KeepLogOpen()
    {
        if (ContainerLogs.CurrentFile(_context.Container, _context.Survey.Host.DataRoot) is { } path)
            _logs.KeepOpen(path);
    }

    /// <summary>What Docker wrote to the log after it was sent for the last time.</summary>
    public LateLog ReadLateLog() => _logs.ReadLate();

    /// <inheritdoc/>
    public void Dispose()
    {
        _trees.ForEach(tree => tree.Source.Dispose());
        _logs.Dispose();
    }

    private IReadOnlyList<LogFile> Logs() => ContainerLogs.Files(_context.Container, _context.Survey.Host.DataRoot);

    private void Add(PlannedMount mount)
    {
        var description = mount.IsVolume ? $"volume {mount.Mount.VolumeName}" : mount.ContentPath;
        var name = new TreeName(mount.IsVolume ? TreeKind.Volume : TreeKind.Bind, mount.Mount.Destination);
        // Whoever else writes to a bind mount, or goes on writing to a volume, does so while this container is frozen.
        Add(name, PlainTree.Open(mount.ContentPath, description), ownedByContainer: mount.IsVolume && mount.OtherWriters.Count == 0, onlyFinal: mount.NeedsDockersMount);
    }

    private void Add(TreeName name, IChangeSource source, bool ownedByContainer, bool onlyFinal) =>
        _trees.Add(new SourceTree(name, source, new TreeSender(source) { LooksEverywhereUpTo = MayProtectFiles ? long.MaxValue : TreeSender.FewNames }, ownedByContainer, onlyFinal));

    // Of chattr(1)'s flags the kernel does not tell.
    private bool MayProtectFiles =>
        (_context.Container.HostConfig["Privileged"]?.GetValue<bool>() ?? false)
        || (_context.Container.HostConfig["CapAdd"] is JsonArray added && added.Any(capability => IsForProtecting((string?)capability ?? "")));

    private static bool IsForProtecting(string capability) =>
        capability.Equals("ALL", StringComparison.OrdinalIgnoreCase) || capability.EndsWith("LINUX_IMMUTABLE", StringComparison.OrdinalIgnoreCase);

    private async Task<long> SendAsync(SourceTree tree, bool isFinal, CancellationToken cancellationToken)
    {
        TreeStats? stats = null;
        await _context.Agent.AskAsync<Received>(
            new ReceiveTree(tree.Name, tree.Sender.IsFirstPass),
            // The walk is synchronous: it gets a thread of its own.
            stream => Task.Factory.StartNew(
                () => stats = tree.Sender.Send(stream, isFinal ? tree.FinalPass : Pass.Live, isFinal, cancellationToken),
                cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default),
            bytes => _context.Clock.Count(tree.Kind, bytes),
            cancellationToken);
        return stats?.Entries ?? 0;
    }

    private sealed record SourceTree(TreeName Name, IChangeSource Source, TreeSender Sender, bool OwnedByContainer, bool OnlyFinal)
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
