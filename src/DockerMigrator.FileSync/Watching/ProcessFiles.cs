using System.Globalization;
using System.Text;
using DockerMigrator.FileSync.Trees;
using DockerMigrator.Native.Files;
using DockerMigrator.Native.Mounts;

namespace DockerMigrator.FileSync.Watching;

/// <summary>What /proc tells of a process's files (proc(5)). Paths are bytes, kept as Latin-1.</summary>
/// <param name="path">"/proc/PID", or that of one of its threads.</param>
internal sealed class ProcessFiles(string path)
{
    private IReadOnlyList<MountEntry>? _mounts;

    /// <summary>Whether it has no files any more.</summary>
    public bool HasEnded => !IsAlive(path);

    /// <summary>A process; by another thread, if its first one has ended. Null if all of it has.</summary>
    /// <param name="path">"/proc/PID".</param>
    public static ProcessFiles? TryOpen(string path)
    {
        if (IsAlive(path))
            return new ProcessFiles(path);
        try
        {
            return Directory.EnumerateDirectories(path + "/task").FirstOrDefault(IsAlive) is { } thread ? new ProcessFiles(thread) : null;
        }
        catch (DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Opens "fd" or "map_files", whose entries lead to files.</summary>
    /// <exception cref="IOException">It has ended, or cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be looked at.</exception>
    public FileDescriptor OpenDirectory(string name)
    {
        var error = FileCalls.Open(Encoding.ASCII.GetBytes($"{path}/{name}"), OpenFlags.Directory, out var directory);
        return error switch
        {
            Errno.None => directory,
            Errno.EACCES or Errno.EPERM => throw new UnauthorizedAccessException($"{path}/{name}"),
            _ => throw new IOException($"{path}/{name}: {error}"),
        };
    }

    /// <summary>The lines of "maps".</summary>
    public IEnumerable<string> ReadMappings() => File.ReadLines(path + "/maps", Encoding.Latin1);

    /// <summary>
    /// The path of one of the process's open files from the root of its file system, whatever is mounted where; null if that cannot be told.
    /// It is to be verified: the process may have another root directory than its mounts, and the file another name meanwhile.
    /// </summary>
    public string? PathInFileSystem(FileDescriptor file)
    {
        var mount = MountOf(file);
        if (mount is null || PathOf(file) is not { } seen)
            return null;
        var (point, root) = (WithoutSlash(mount.MountPoint), WithoutSlash(mount.Root));
        return seen.StartsWith(point, StringComparison.Ordinal) ? root + (seen == "/" ? "" : seen[point.Length..]) : null;
    }

    /// <summary>The path of an open file as the kernel tells it; null if it is too long.</summary>
    public static string? PathOf(FileDescriptor file)
    {
        var path = new byte[TreePath.LongestCall];
        var link = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{file.Number}"));
        if (FileCalls.Open("/"u8, OpenFlags.Path | OpenFlags.Directory, out var slash) != Errno.None)
            return null;
        using (slash)
            return DirectoryCalls.ReadLink(slash, link, path, out var length) == Errno.None && length < path.Length ? Encoding.Latin1.GetString(path, 0, length) : null;
    }

    private MountEntry? MountOf(FileDescriptor file)
    {
        const string Field = "mnt_id:";
        foreach (var line in File.ReadLines(string.Create(CultureInfo.InvariantCulture, $"/proc/self/fdinfo/{file.Number}")))
        {
            if (!line.StartsWith(Field, StringComparison.Ordinal) || !int.TryParse(line.AsSpan(Field.Length), CultureInfo.InvariantCulture, out var id))
                continue;
            _mounts ??= MountTable.Parse(File.ReadAllText(path + "/mountinfo", Encoding.Latin1));
            return _mounts.FirstOrDefault(mount => mount.Id == id);
        }

        return null;
    }

    private static string WithoutSlash(string path) => path == "/" ? "" : path;

    // "4711 (any name) S …"
    private static bool IsAlive(string path)
    {
        try
        {
            var text = File.ReadAllText(path + "/stat", Encoding.Latin1);
            var state = text.LastIndexOf(')') + 2;
            return state >= text.Length || text[state] is not ('Z' or 'X' or 'x');
        }
        catch (IOException)
        {
            // In doubt it is.
            return File.Exists(path + "/stat");
        }
    }

    /// <inheritdoc/>
    public override string ToString() => path;
}
