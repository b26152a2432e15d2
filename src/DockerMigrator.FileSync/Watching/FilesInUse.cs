using System.Globalization;
using System.Text;
using DockerMigrator.FileSync.Receiving;
using DockerMigrator.FileSync.Trees;
using DockerMigrator.Native.Files;

namespace DockerMigrator.FileSync.Watching;

/// <summary>
/// Files of a tree that a process can change without the kernel telling: those mapped to be written to together with others, and
/// those open for writing, as what was stored through a mapping that is gone is told when the last descriptor is closed, and what
/// asynchronous I/O writes, never. Their times tell, so it is enough to look at them.
/// </summary>
/// <param name="root">The tree's root.</param>
/// <param name="fileSystem">Its file system.</param>
/// <param name="inodes">The tree's inodes.</param>
internal sealed class FilesInUse(FileDescriptor root, DeviceNumber fileSystem, InodeFilter inodes)
{
    private const uint OwnerMayWrite = 0x80;

    private readonly HashSet<string> _directories = [];
    private readonly string _device = string.Create(CultureInfo.InvariantCulture, $"{fileSystem.Major:x2}:{fileSystem.Minor:x2}");
    private string? _rootPath;

    /// <summary>The directories that hold them, as paths below the root (Latin-1); null if that is not certain.</summary>
    /// <exception cref="IOException">Something of the processes cannot be read.</exception>
    public IReadOnlyCollection<string>? Find()
    {
        _rootPath = new ProcessFiles("/proc/self").PathInFileSystem(root);
        if (_rootPath is null)
            return null;
        foreach (var path in Directory.EnumerateDirectories("/proc"))
        {
            if (!char.IsAsciiDigit(path[^1]))
                continue;
            try
            {
                var process = new ProcessFiles(path);
                if (!(FindOpen(process) && FindMapped(process)) && Directory.Exists(path))
                    return null;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // What has ended has closed all that it had, and that was told. What may not be looked at may have anything; but not the first one of all, which may have rights that this one lacks: it
                // only starts others.
                if (Directory.Exists(path) && e is UnauthorizedAccessException && path != "/proc/1")
                    return null;
            }
        }

        return _directories;
    }

    private bool FindOpen(ProcessFiles process)
    {
        using var descriptors = process.OpenDirectory("fd");
        var error = DirectoryListing.Read(descriptors, out var names);
        if (error != Errno.None)
            return error is Errno.ENOENT or Errno.ESRCH;
        for (var i = 0; i < names.Count; i++)
        {
            // The link's own permissions are those of the descriptor.
            if (FileCalls.StatAt(descriptors, names[i], out var link) == Errno.None && (link.Permissions & OwnerMayWrite) != 0 && !Note(process, descriptors, names[i]))
                return false;
        }

        return true;
    }

    // address perms offset device inode path
    private bool FindMapped(ProcessFiles process)
    {
        FileDescriptor? mappings = null;
        try
        {
            foreach (var line in process.ReadMappings())
            {
                var permissions = line.IndexOf(' ', StringComparison.Ordinal) + 1;
                if (permissions == 0 || line.Length < permissions + 4 || line[permissions + 3] != 's' || line[permissions + 1] != 'w')
                    continue;
                var fields = line[permissions..].Split(' ', 5, StringSplitOptions.RemoveEmptyEntries);
                if (fields.Length <= 3 || fields[2] != _device || !ulong.TryParse(fields[3], NumberStyles.None, CultureInfo.InvariantCulture, out var inode) || !inodes.MayHave(inode))
                    continue;
                mappings ??= process.OpenDirectory("map_files");
                if (!Note(process, mappings, Encoding.ASCII.GetBytes(line[..(permissions - 1)])))
                    return false;
            }

            return true;
        }
        finally
        {
            mappings?.Dispose();
        }
    }

    /// <summary>Notes the directory of what a link leads to, if it is the tree's. False if that is not certain.</summary>
    private bool Note(ProcessFiles process, FileDescriptor links, ReadOnlySpan<byte> name)
    {
        var error = FileCalls.OpenAt(links, name, OpenFlags.Path, 0, out var file);
        using (file)
        {
            if (error is Errno.EACCES or Errno.EPERM)
                throw new UnauthorizedAccessException();
            // Closed, unmapped or ended meanwhile, and told.
            if (error != Errno.None)
                return error is Errno.ENOENT or Errno.ESRCH;
            if (FileCalls.Stat(file, out var status) != Errno.None)
                return false;
            if (status.FileSystem != fileSystem || status.Kind != FileKind.Regular || status.Links == 0 || !inodes.MayHave(status.Inode))
                return true;
            if (process.PathInFileSystem(file) is not { } path)
                return false;
            // Another tree's, unless it has a name in this one, too.
            if (!path.StartsWith(_rootPath + '/', StringComparison.Ordinal))
                return status.Links == 1;
            var below = path[(_rootPath!.Length + 1)..];
            if (!IsStill(below, status))
                return false;
            _directories.Add(below[..Math.Max(below.LastIndexOf('/'), 0)]);
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
