using DockerMigrator.Native.Files;

namespace DockerMigrator.FileSync.Trees;

/// <summary>
/// The open directories from a root down to where a walk stands, each opened relative to the one above, so that no path
/// is ever resolved twice and none can be led out of the tree. However deep the walk, only some descriptors are open:
/// a parent that was closed is opened again through its child's ".." and must prove to be the same inode.
/// </summary>
public sealed class DirectoryChain : IDisposable
{
    private const int MostOpen = 64;
    private const OpenFlags Flags = OpenFlags.Directory | OpenFlags.NoFollow;

    private readonly List<Level> _levels = [];
    private readonly OpenFlags _access;
    private int _open = 1;
    private int _lowestClosed;

    /// <summary>A chain that stands at <paramref name="root"/>, which stays the caller's.</summary>
    /// <param name="root">An open directory.</param>
    /// <param name="readOnly">Whether reading directories must leave their access times alone.</param>
    public DirectoryChain(FileDescriptor root, bool readOnly)
    {
        _access = Flags | (readOnly ? OpenFlags.NoAccessTime : OpenFlags.None);
        _levels.Add(new Level([], root, default));
    }

    /// <summary>0 at the root.</summary>
    public int Depth => _levels.Count - 1;

    /// <summary>Where the walk stands.</summary>
    public FileDescriptor Current => _levels[^1].Directory!;

    /// <summary>Goes into a subdirectory; a symbolic link is none.</summary>
    public Errno Enter(ReadOnlySpan<byte> name, out FileStatus status)
    {
        var error = Open(Current, name, out var directory, out status);
        if (error == Errno.None)
            Push(name, directory, status);
        return error;
    }

    /// <summary>
    /// Goes into <paramref name="place"/>, a directory that is open as a place (O_PATH) and stays the caller's, as if it were the
    /// subdirectory <paramref name="name"/>: its ".." may be another directory than the current one, which therefore stays open.
    /// </summary>
    public Errno EnterForeign(ReadOnlySpan<byte> name, FileDescriptor place, out FileStatus status)
    {
        var error = Open(place, "."u8, out var directory, out status);
        if (error != Errno.None)
            return error;
        _levels[^1] = _levels[^1] with { IsPinned = true };
        Push(name, directory, status);
        return Errno.None;
    }

    /// <summary>Goes up. ESTALE: the directory was moved away from its parent meanwhile, which can no longer be reached.</summary>
    public Errno Leave()
    {
        var child = _levels[^1];
        var parent = _levels[^2];
        var error = Errno.None;
        if (parent.Directory is null)
        {
            error = FileCalls.OpenAt(child.Directory!, ".."u8, _access, 0, out var directory);
            if (error == Errno.None)
                error = FileCalls.Stat(directory, out var status) is var stat && stat == Errno.None && !status.IsSameInode(parent.Status) ? Errno.ESTALE : stat;
            if (error != Errno.None)
            {
                directory.Dispose();
                return error;
            }

            _levels[^2] = parent with { Directory = directory };
            _lowestClosed = _levels.Count - 3;
            _open++;
        }

        _levels.RemoveAt(_levels.Count - 1);
        child.Directory!.Dispose();
        _open--;
        return error;
    }

    /// <summary>The path from the root to an entry of the current directory, or to the directory itself if the name is empty.</summary>
    public byte[] PathTo(ReadOnlySpan<byte> name)
    {
        var length = name.Length;
        for (var i = 1; i < _levels.Count; i++)
            length += _levels[i].Name.Length + 1;
        var path = new byte[length];
        var position = 0;
        for (var i = 1; i < _levels.Count; i++)
        {
            _levels[i].Name.CopyTo(path.AsSpan(position));
            position += _levels[i].Name.Length;
            path[position++] = (byte)'/';
        }

        name.CopyTo(path.AsSpan(position));
        return name.IsEmpty && path.Length > 0 ? path[..^1] : path;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var level in _levels.Skip(1))
            level.Directory?.Dispose();
    }

    private Errno Open(FileDescriptor parent, ReadOnlySpan<byte> name, out FileDescriptor directory, out FileStatus status)
    {
        status = default;
        var error = FileCalls.OpenAt(parent, name, _access, 0, out directory);
        if (error == Errno.None)
            error = FileCalls.Stat(directory, out status);
        if (error != Errno.None)
            directory.Dispose();
        return error;
    }

    private void Push(ReadOnlySpan<byte> name, FileDescriptor directory, in FileStatus status)
    {
        _levels.Add(new Level(name.ToArray(), directory, status));
        if (++_open <= MostOpen)
            return;
        // The highest ones are needed last. Everything between the root and the lowest closed one is closed or pinned.
        var victim = _lowestClosed + 1;
        while (victim < _levels.Count - 2 && _levels[victim].IsPinned)
            victim++;
        if (victim >= _levels.Count - 2)
            return;
        _levels[victim].Directory!.Dispose();
        _levels[victim] = _levels[victim] with { Directory = null };
        _lowestClosed = victim;
        _open--;
    }

    private sealed record Level(byte[] Name, FileDescriptor? Directory, FileStatus Status, bool IsPinned = false);
}
