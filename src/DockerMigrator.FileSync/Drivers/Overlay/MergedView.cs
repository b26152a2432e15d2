using System.Text;
using DockerMigrator.FileSync.Errors;
using DockerMigrator.Native.Files;
using DockerMigrator.Native.Mounts;

namespace DockerMigrator.FileSync.Drivers.Overlay;

/// <summary>Where an overlay that somebody else mounted can be seen.</summary>
internal static class MergedView
{
    /// <summary>The layers of a process's root file system; null if that is no writable overlay.</summary>
    /// <exception cref="TreeException">There is no such process.</exception>
    public static OverlayLayers? RootLayers(int pid, string baseDirectory)
    {
        try
        {
            var root = MountTable.OfProcess(pid).LastOrDefault(mount => mount.MountPoint == "/");
            return root?.FileSystem == "overlay" ? OverlayLayers.FromOptions(root.Options, baseDirectory) : null;
        }
        catch (IOException e)
        {
            throw new TreeException("The container's first process ended.", e);
        }
    }

    /// <summary>Where the overlay with that upper directory is mounted among <paramref name="mounts"/>; null if nowhere.</summary>
    public static string? FindMountPoint(IEnumerable<MountEntry> mounts, string upper, string baseDirectory) =>
        mounts.LastOrDefault(mount => mount.FileSystem == "overlay"
            && OverlayLayers.FromOptions(mount.Options, baseDirectory)?.Upper == upper)?.MountPoint;

    /// <summary>
    /// Opens a running container's merged view: best where Docker mounted it, for there nothing else is mounted on top of
    /// it, as it is in the container.
    /// </summary>
    /// <exception cref="TreeException">It is not to be seen.</exception>
    public static FileDescriptor Open(ContainerStorage storage, string upper, string baseDirectory)
    {
        var path = FindMountPoint(MountTable.Own(), upper, baseDirectory)
            ?? (storage.InitPid is { } pid ? $"/proc/{pid}/root" : throw new TreeException("The container is not mounted, so its renamed directories cannot be read."));
        var error = FileCalls.Open(Encoding.UTF8.GetBytes(path), OpenFlags.Directory | OpenFlags.NoAccessTime, out var root);
        return error == Errno.None ? root : throw TreeException.Because("Opening the container's root", path, error);
    }
}
