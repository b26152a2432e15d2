using System.Globalization;
using System.Text;
using DockerMigrator.FileSync.Receiving;
using DockerMigrator.FileSync.Trees;
using DockerMigrator.Native.Files;

namespace DockerMigrator.FileSync.Watching;

/// <summary>
/// Files of a tree that a process can change without the kernel telling: those that were opened for writing and are mapped or open
/// still, as what was stored through a mapping is told when the last user of the open file is gone, and what asynchronous I/O writes,
/// never. On a disk their times tell, so it is enough to look at them.
/// </summary>
/// <param name="root">The tree's root.</param>
/// <param name="fileSystem">Its file system.</param>
/// <param name="inodes">The tree's inodes.</param>
internal sealed class FilesInUse(FileDescriptor root, DeviceNumber fileSystem, InodeFilter inodes)
{
    private const uint OwnerMayWrite = 0x80;

    private readonly HashSet<string> _directories = [];
    private readonly HashSet<ulong> _found = [];
    private readonly HashSet<ulong> _doubtful = [];
    private readonly string _device = string.Create(CultureInfo.InvariantCulture, $"{fileSystem.Major:x2}:{fileSystem.Minor:x2}");
    private string? _rootPath;

    /// <summary>Whether any of them is mapped.</summary>
    public bool AreMapped { get; private set; }

    /// <summary>The directories that hold them, as paths below the root (Latin-1); null if that is not certain.</summary>
    /// <exception cref="IOException">Something of the processes cannot be read.</exception>
    public IReadOnlyCollection<string>? Find()
    {
        _rootPath = new ProcessFiles("/proc/self").PathInFileSystem(root);
        if (_rootPath is null)
            return null;
        foreach (var path in Directory.EnumerateDirectories("/proc"))
        {
            if (!char.IsAsciiDigit(path[^1]) || ProcessFiles.TryOpen(path) is not { } process)
                continue;
            try
            {
                FindOpen(process);
                if (!FindMapped(process))
                    return null;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // What has ended has closed all that it had, and that was told. What may not be looked at may have anything; but not the
                // first one of all, which may have rights that this one lacks: it only starts others.
                if (!process.HasEnded && !(e is UnauthorizedAccessException && path == "/proc/1"))
                    return null;
            }
        }

        // A descriptor may have come from where its mount is not to be seen, as those that CRIU is looking at: another process has it, too.
        return _doubtful.IsSubsetOf(_found) ? _directories : null;
    }

    private void FindOpen(ProcessFiles process)
    {
        using var descriptors = process.OpenDirectory("fd");
        var error = DirectoryListing.Read(descriptors, out var names);
        if (error != Errno.None)
            throw new IOException($"{process}: {error}");
        for (var i = 0; i < names.Count; i++)
        {
            if (IsForWriting(descriptors, names[i]) == true)
                Note(process, descriptors, names[i]);
        }
    }

    // address perms offset device inode path. False if something is not certain.
    private bool FindMapped(ProcessFiles process)
    {
        FileDescriptor? mappings = null;
        try
        {
            foreach (var line in process.ReadMappings())
            {
                var fields = line.Split(' ', 6, StringSplitOptions.RemoveEmptyEntries);
                if (fields.Length < 5 || fields[3] != _device || !ulong.TryParse(fields[4], NumberStyles.None, CultureInfo.InvariantCulture, out var inode) || !inodes.MayHave(inode))
                    continue;
                mappings ??= process.OpenDirectory("map_files");
                // There, addresses have no zeros in front.
                var name = Encoding.ASCII.GetBytes(string.Join('-', fields[0].Split('-').Select(address => address.TrimStart('0'))));
                // Its permissions at the moment tell nothing: what was written through it may be barred by now.
                if (IsForWriting(mappings, name) is not { } isForWriting)
                    return false;
                if (isForWriting)
                    AreMapped |= Note(process, mappings, name);
            }

            return true;
        }
        finally
        {
            mappings?.Dispose();
        }
    }

    /// <summary>Whether the file that a link leads to was opened for writing, which the link's own permissions tell; null if there is no such link.</summary>
    private static bool? IsForWriting(FileDescriptor links, ReadOnlySpan<byte> name) =>
        FileCalls.StatAt(links, name, out var link) == Errno.None ? (link.Permissions & OwnerMayWrite) != 0 : null;

    /// <summary>Notes the directory of what a link leads to, if it is the tree's.</summary>
    /// <returns>Whether it may be.</returns>
    private bool Note(ProcessFiles process, FileDescriptor links, ReadOnlySpan<byte> name)
    {
        var error = FileCalls.StatTarget(links, name, out var status);
        if (error is Errno.EACCES or Errno.EPERM)
            throw new UnauthorizedAccessException();
        // Closed, unmapped or ended meanwhile, and told.
        if (error is Errno.ENOENT or Errno.ESRCH)
            return false;
        if (error != Errno.None)
            throw new IOException($"{process}: {error}");
        if (status.FileSystem != fileSystem || status.Kind != FileKind.Regular || status.Links == 0 || !inodes.MayHave(status.Inode))
            return false;
        if (FileCalls.OpenAt(links, name, OpenFlags.Path, 0, out var file) != Errno.None)
            return _doubtful.Add(status.Inode);
        using (file)
        {
            var path = process.PathInFileSystem(file);
            // Another tree's, unless it has a name in this one, too.
            if (path is not null && !path.StartsWith(_rootPath + '/', StringComparison.Ordinal) && status.Links == 1 && !path.EndsWith(" (deleted)", StringComparison.Ordinal))
                return false;
            var below = path?[Math.Min(_rootPath!.Length + 1, path.Length)..];
            if (below is null || !IsStill(below, status))
            {
                _doubtful.Add(status.Inode);
            }
            else
            {
                _found.Add(status.Inode);
                _directories.Add(below[..Math.Max(below.LastIndexOf('/'), 0)]);
            }

            return true;
        }
    }

    private bool IsStill(string path, in FileStatus status)
    {
        var error = BeneathOpener.OpenParent(root, Encoding.Latin1.GetBytes(path), out var parent, out var last);
        using (parent)
            return error == Errno.None && FileCalls.StatAt(parent!, last, out var now) == Errno.None && now.IsSameInode(status);
    }
}
