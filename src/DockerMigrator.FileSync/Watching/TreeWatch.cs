using System.Buffers;
using System.Globalization;
using System.Text;
using DockerMigrator.FileSync.Trees;
using DockerMigrator.Native.Files;
using DockerMigrator.Native.Watching;

namespace DockerMigrator.FileSync.Watching;

/// <summary>
/// Notes in which directories of a tree something has changed. It sees all that happens on the file system, of which it keeps the
/// directories' handles only; which of them are the tree's is found out when somebody asks.
/// </summary>
public sealed class TreeWatch : IDisposable
{
    // More than that are not worth finding out about.
    private const int Most = 20_000;
    private const int BufferSize = 64 * 1024;

    private const WatchEvents Moved = WatchEvents.MovedFrom | WatchEvents.MovedTo;

    // The kernel keeps 16,384 events for us, of the whole file system.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly FileSystemWatch _events;
    private readonly FileDescriptor _root;
    private readonly Lock _lock = new();
    private readonly ManualResetEventSlim _stop = new();
    private readonly Thread _collector;
    private Dictionary<string, WatchEvents> _directories = [];
    private Dictionary<string, WatchEvents> _orphans = [];
    private bool _isLost;

    private TreeWatch(FileSystemWatch events, FileDescriptor root)
    {
        (_events, _root) = (events, root);
        _collector = new Thread(CollectAll) { IsBackground = true, Name = "watch" };
        _collector.Start();
    }

    /// <summary>The tree's root.</summary>
    internal FileDescriptor Root => _root;

    /// <summary>The tree's regular files and directories, as far as the walks over it met them.</summary>
    internal InodeFilter Inodes { get; } = new();

    /// <summary>Begins to watch; null where that is not possible.</summary>
    /// <param name="root">The tree's root; stays the caller's.</param>
    public static TreeWatch? TryStart(FileDescriptor root) =>
        FileSystemWatch.Start(root, out var events) == Errno.None ? new TreeWatch(events!, root) : null;

    /// <inheritdoc/>
    public void Dispose()
    {
        _stop.Set();
        _collector.Join();
        _stop.Dispose();
        _events.Dispose();
    }

    /// <summary>Whether there may be a file that a process has mapped to write to it.</summary>
    internal bool MayBeMapped()
    {
        try
        {
            if (FileCalls.Stat(_root, out var root) != Errno.None)
                return true;
            var files = new FilesInUse(_root, root.FileSystem, Inodes);
            return files.Find() is null || files.AreMapped;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return true;
        }
    }

    /// <summary>Forgets what has happened so far.</summary>
    internal void Reset() => TakeEvents();

    /// <summary>
    /// The directories below the root in which something has happened since the last time, as paths; null if that is not certain, so that
    /// the whole tree must be looked at. In doubt it is null.
    /// </summary>
    internal List<byte[]>? Take()
    {
        if (FileCalls.Stat(_root, out var root) != Errno.None)
            return null;
        // First those, and then the events: what is closed in between is told.
        var inUse = InUse(root.FileSystem);
        var (directories, orphans, isLost) = TakeEvents();
        if (isLost || inUse is null || Path(_root) is not { } rootPath)
            return null;
        List<byte[]> paths = [.. inUse.Select(Bytes)];
        foreach (var (handle, what) in directories)
        {
            // What was done to a directory that is gone now, was done to what held it, too.
            var error = FileSystemWatch.Open(_root, Bytes(handle), out var directory);
            using (directory)
            {
                if (error == Errno.ESTALE)
                    continue;
                if (error != Errno.None || FileCalls.Stat(directory, out var status) != Errno.None || Path(directory) is not { } path)
                    return null;
                if (status.Links == 0 || !IsBelow(path, rootPath))
                    continue;
                // What is below a directory that was moved has another path now than it was remembered under.
                if (what.HasFlag(WatchEvents.OnDirectory) && (what & Moved) != WatchEvents.None)
                    return null;
                paths.Add(path[Math.Min(rootPath.Length + 1, path.Length)..]);
            }
        }

        return orphans.Any(orphan => MayBeOurs(Bytes(orphan.Key))) ? null : paths;
    }

    /// <summary>The directories with files that may change silently; null if it may be any.</summary>
    private IReadOnlyCollection<string>? InUse(DeviceNumber fileSystem)
    {
        try
        {
            return SilentMounts.MayHave(fileSystem, Inodes) ? null : new FilesInUse(_root, fileSystem, Inodes).Find();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    // The path is the same for the root and what is below it, whatever mounts there are: it goes up to the mount of the root's descriptor.
    private static byte[]? Path(FileDescriptor directory) => ProcessFiles.PathOf(directory) is { } path ? Bytes(path) : null;

    private static bool IsBelow(byte[] path, byte[] root) =>
        path.AsSpan().StartsWith(root) && (path.Length == root.Length || path[root.Length] == '/');

    private static byte[] Bytes(string handle) => Encoding.Latin1.GetBytes(handle);

    // Something happened to a file by another way than a name: over NFS, or to the number of its names.
    private bool MayBeOurs(byte[] handle)
    {
        var error = FileSystemWatch.Open(_root, handle, out var file);
        using (file)
        {
            if (error == Errno.ESTALE)
                return false;
            return error != Errno.None || FileCalls.Stat(file, out var status) != Errno.None || (status.Links > 0 && Inodes.MayHave(status.Inode));
        }
    }

    private (Dictionary<string, WatchEvents> Directories, Dictionary<string, WatchEvents> Orphans, bool IsLost) TakeEvents()
    {
        lock (_lock)
        {
            Collect();
            var taken = (_directories, _orphans, _isLost);
            (_directories, _orphans, _isLost) = ([], [], false);
            return taken;
        }
    }

    private void CollectAll()
    {
        while (!_stop.Wait(Pause))
        {
            lock (_lock)
                Collect();
        }
    }

    private void Collect()
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        int length;
        do
        {
            _isLost |= _events.Read(buffer, out length) != Errno.None;
            var reader = new WatchEventReader(buffer.AsSpan(0, length));
            while (reader.Next())
                Note(reader);
            _isLost |= reader.IsDamaged;
        }
        while (length > 0);
        ArrayPool<byte>.Shared.Return(buffer);
    }

    private void Note(WatchEventReader reader)
    {
        _isLost |= reader.What.HasFlag(WatchEvents.Overflow) || (reader.Directory.IsEmpty && reader.Object.IsEmpty);
        if (_isLost)
            return;
        var among = reader.Directory.IsEmpty ? _orphans : _directories;
        var handle = Encoding.Latin1.GetString(reader.Directory.IsEmpty ? reader.Object : reader.Directory);
        // A move of a directory counts, and other things that happen to directories do not make it one.
        var what = (reader.What & Moved) != WatchEvents.None && reader.What.HasFlag(WatchEvents.OnDirectory) ? reader.What : reader.What & ~(Moved | WatchEvents.OnDirectory);
        among[handle] = what | among.GetValueOrDefault(handle);
        _isLost |= _directories.Count + _orphans.Count > Most;
    }
}
