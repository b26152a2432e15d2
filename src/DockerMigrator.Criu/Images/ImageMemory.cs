using System.ComponentModel;
using DockerMigrator.Criu.Errors;
using DockerMigrator.Criu.Tasks;
using DockerMigrator.Native.Mounts;
using DockerMigrator.Native.Namespaces;

namespace DockerMigrator.Criu.Images;

/// <summary>
/// A directory for image files in memory: a tmpfs of its own, open to root only, at a place that follows from its name,
/// so that what a killed process left behind can be found and removed. No image ever touches a disk.
/// </summary>
public sealed class ImageMemory : IDisposable
{
    /// <summary>Where the directories of this host are.</summary>
    public const string DefaultBase = "/run/docker-migrator/images";

    private ImageMemory(string directory) => MountPoint = directory;

    /// <summary>The mounted directory.</summary>
    public string MountPoint { get; }

    /// <summary>Mounts a directory for at most <paramref name="sizeBytes"/> bytes (used only as they are written).</summary>
    /// <param name="name">Names the migration; a file name in the sense of <see cref="ImageFile.IsValidName"/>.</param>
    /// <param name="sizeBytes">Limit in bytes.</param>
    /// <param name="baseDirectory">Where to put it.</param>
    /// <exception cref="CriuException">It exists already, or the kernel refused.</exception>
    public static ImageMemory Create(string name, long sizeBytes, string baseDirectory = DefaultBase)
    {
        var path = PathOf(name, baseDirectory);
        if (Directory.Exists(path))
            throw new CriuException($"The image directory {path} exists already: another migration of that name is under way, or was killed.");
        try
        {
            Directory.CreateDirectory(path);
            TmpfsMount.Mount(path, sizeBytes);
            return new ImageMemory(path);
        }
        catch (Exception exception) when (exception is Win32Exception or IOException or UnauthorizedAccessException)
        {
            TryRemove(path);
            throw new CriuException($"Memory for the images cannot be mounted at {path}: {exception.Message}.", exception);
        }
    }

    /// <summary>Names of the directories that exist, of live and of killed processes alike.</summary>
    public static IReadOnlyList<string> FindAll(string baseDirectory = DefaultBase) => Directory.Exists(baseDirectory)
        ? [.. Directory.EnumerateDirectories(baseDirectory).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)]
        : [];

    /// <summary>Removes a directory and what is in it; nothing happens if there is none of that name.</summary>
    /// <exception cref="CriuException">The kernel refused.</exception>
    public static void Remove(string name, string baseDirectory = DefaultBase)
    {
        var path = PathOf(name, baseDirectory);
        if (!TryRemove(path))
            throw new CriuException($"The image directory {path} cannot be removed.");
    }

    /// <inheritdoc/>
    public void Dispose() => TryRemove(MountPoint);

    private static string PathOf(string name, string baseDirectory) => ImageFile.IsValidName(name)
        ? Path.Combine(baseDirectory, name)
        : throw new ArgumentException($"'{name}' is no file name.", nameof(name));

    private static bool TryRemove(string path)
    {
        try
        {
            // Only what is mounted is emptied by unmounting: files in a plain directory are somebody else's.
            while (IsMountPoint(path) && TmpfsMount.Unmount(path))
            {
                // Mounts may be stacked after a race of two starts.
            }

            if (Directory.Exists(path))
                Directory.Delete(path);
            return true;
        }
        catch (Exception exception) when (exception is Win32Exception or IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static bool IsMountPoint(string path)
    {
        var real = Path.GetFullPath(path);
        return MountTable.Own().Any(mount => mount.FileSystem == "tmpfs" && mount.MountPoint == real);
    }
}
