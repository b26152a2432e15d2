using System.Text;
using DockerMigrator.Native.Files;
using DockerMigrator.Native.Mounts;

namespace DockerMigrator.FileSync.Watching;

/// <summary>
/// Mounts through which files change without their file system telling: overlayfs writes to its upper directory silently, and so does a
/// loop device to its image. Docker in a container has both, in volumes.
/// </summary>
internal static class SilentMounts
{
    /// <summary>Whether there may be one that writes into a tree.</summary>
    /// <param name="fileSystem">The tree's file system.</param>
    /// <param name="inodes">The tree's inodes.</param>
    /// <exception cref="IOException">A process ended while it was looked at.</exception>
    public static bool MayHave(DeviceNumber fileSystem, InodeFilter inodes)
    {
        var own = MountTable.Own();
        var uppers = Uppers(own);
        var roots = new List<string> { "" };
        foreach (var pid in Namespaces())
        {
            uppers.UnionWith(Uppers(MountTable.OfProcess(pid)));
            roots.Add($"/proc/{pid}/root");
        }

        // Where this process's own root is kept may be visible to nobody, but is nothing that it would move.
        uppers.ExceptWith(Uppers([.. own.Where(mount => mount.MountPoint == "/")]));
        return uppers.Any(upper => IsInTree(upper, roots, fileSystem, inodes))
            || Directory.EnumerateDirectories("/sys/block", "loop*").Any(device => IsBackedByTree(device, fileSystem, inodes));
    }

    private static HashSet<string> Uppers(IReadOnlyList<MountEntry> mounts) =>
        [.. mounts.Where(mount => mount.FileSystem == "overlay").SelectMany(mount => mount.ValuesOf("upperdir"))];

    // An upper directory is told by the path that it had for whoever mounted it, which need not be among those who see the mount: it is
    // what any namespace has under that path. If none has anything, or the path is a relative one, it may be anywhere.
    private static bool IsInTree(string upper, List<string> roots, DeviceNumber fileSystem, InodeFilter inodes)
    {
        var isFound = false;
        foreach (var root in upper.StartsWith('/') ? roots : [])
        {
            var error = FileCalls.Open(Encoding.UTF8.GetBytes(root + upper), OpenFlags.Path | OpenFlags.Directory, out var directory);
            using (directory)
            {
                if (error != Errno.None || FileCalls.Stat(directory, out var status) != Errno.None)
                    continue;
                if (status.FileSystem == fileSystem && inodes.MayHave(status.Inode))
                    return true;
                isFound = true;
            }
        }

        return !isFound;
    }

    /// <summary>A process of each mount namespace but this one's.</summary>
    private static IEnumerable<int> Namespaces()
    {
        var seen = new HashSet<string?> { Link("self") };
        foreach (var process in Directory.EnumerateDirectories("/proc"))
        {
            var name = Path.GetFileName(process);
            if (int.TryParse(name, out var pid) && Link(name) is { } space && seen.Add(space))
                yield return pid;
        }
    }

    private static string? Link(string process)
    {
        try
        {
            return new FileInfo($"/proc/{process}/ns/mnt").LinkTarget;
        }
        catch (Exception e) when (e is IOException || (e is UnauthorizedAccessException && process == "1"))
        {
            return null;
        }
    }

    // Not by the file's path, which only those who see the mount know.
    private static bool IsBackedByTree(string device, DeviceNumber fileSystem, InodeFilter inodes)
    {
        if (!Directory.Exists(device + "/loop"))
            return false;
        var error = FileCalls.Open(Encoding.ASCII.GetBytes("/dev/" + Path.GetFileName(device)), OpenFlags.NonBlocking, out var node);
        using (node)
        {
            var (backing, inode) = (default(DeviceNumber), 0ul);
            if (error == Errno.None)
                error = LoopDevice.Read(node, out backing, out inode);
            return error == Errno.None ? backing == fileSystem && inodes.MayHave(inode) : error != Errno.ENXIO;
        }
    }
}
