using System.Globalization;
using DockerMigrator.Native.Tasks;

namespace DockerMigrator.Criu.Undumpable;

/// <summary>
/// The files that a container watches by inotify or fanotify. The kernel tells their device and inode only, and CRIU finds
/// no name for them on overlay file systems: <c>Can't dump that handle</c>. It does look where its option
/// <c>irmap-scan-path</c> sends it, so the names are searched here, while the container still runs.
/// </summary>
public static class FileWatches
{
    // Numbers in st_dev encoding of 20 bits of minor and 12 of major, as the kernel keeps them.
    private const int MinorBits = 20;

    /// <summary>The watched files in the text of a <c>/proc/PID/fdinfo/N</c>; none for other descriptors.</summary>
    public static IReadOnlyList<FileIdentity> Parse(string info)
    {
        var watches = new List<FileIdentity>();
        foreach (var line in info.Split('\n'))
        {
            if (!line.StartsWith("inotify wd:", StringComparison.Ordinal) && !line.StartsWith("fanotify ino:", StringComparison.Ordinal))
                continue;
            if (Field(line, "ino:") is { } inode && Field(line, "sdev:") is { } device && device <= uint.MaxValue)
                watches.Add(new FileIdentity((uint)device >> MinorBits, (uint)device & ((1u << MinorBits) - 1), inode));
        }

        return watches;
    }

    /// <summary>
    /// The paths inside the container of the files that it watches in its root file system, if that is an overlay.
    /// Walks over all of it, which takes about a second for a hundred thousand files; at once if nothing is watched.
    /// </summary>
    public static WatchedFiles Find(ContainerFacts container)
    {
        var root = $"/proc/{container.InitPid}/root";
        var mounts = container.Processes.FirstOrDefault(process => process.Process.Pid == container.InitPid)?.Mounts ?? [];
        if (mounts.LastOrDefault(mount => mount.MountPoint == "/")?.FileSystem != "overlay" || FileIdentity.Of(root + "/.") is not { } top)
            return new WatchedFiles([], 0);
        var wanted = container.Processes.SelectMany(process => process.Descriptors).SelectMany(descriptor => Parse(descriptor.Info))
            .Where(watch => watch.Major == top.Major && watch.Minor == top.Minor).ToHashSet();
        var paths = new List<string>();
        if (wanted.Remove(top))
            paths.Add("/");
        Search(root, top, wanted, paths);
        return new WatchedFiles(paths, wanted.Count);
    }

    // Breadth first: what is watched is rarely deep.
    private static void Search(string root, FileIdentity top, HashSet<FileIdentity> wanted, List<string> paths)
    {
        var directories = new Queue<string>();
        directories.Enqueue("");
        while (wanted.Count > 0 && directories.TryDequeue(out var directory))
        {
            foreach (var entry in List(root + directory + "/"))
            {
                var path = $"{directory}/{entry.Name}";
                if (FileIdentity.Of(root + path) is not { } identity)
                    continue;
                if (wanted.Remove(identity))
                    paths.Add(path);
                if (entry is DirectoryInfo { LinkTarget: null } && identity.Major == top.Major && identity.Minor == top.Minor)
                    directories.Enqueue(path);
            }
        }
    }

    private static List<FileSystemInfo> List(string directory)
    {
        try
        {
            return [.. new DirectoryInfo(directory).EnumerateFileSystemInfos()];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Removed in between.
            return [];
        }
    }

    private static ulong? Field(string line, string name)
    {
        var start = line.IndexOf(" " + name, StringComparison.Ordinal);
        if (start < 0)
            return null;
        var word = line[(start + 1 + name.Length)..].Split(' ')[0];
        return ulong.TryParse(word, NumberStyles.AllowHexSpecifier, null, out var value) ? value : null;
    }
}
