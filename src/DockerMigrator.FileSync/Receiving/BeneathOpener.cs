using DockerMigrator.FileSync.Trees;
using DockerMigrator.Native.Files;

namespace DockerMigrator.FileSync.Receiving;

/// <summary>Resolves a path of safe names below a directory, however long, following nothing.</summary>
internal static class BeneathOpener
{
    private const ResolveFlags Safe = ResolveFlags.Beneath | ResolveFlags.NoSymlinks | ResolveFlags.NoMagicLinks | ResolveFlags.NoMounts;
    private const OpenFlags Flags = OpenFlags.Path | OpenFlags.Directory | OpenFlags.NoFollow;

    /// <summary>Opens the directory that holds the path's last name. The descriptor is the caller's; null if it failed.</summary>
    public static Errno OpenParent(FileDescriptor root, byte[] path, out FileDescriptor? parent, out byte[] last)
    {
        var end = path.AsSpan().LastIndexOf((byte)'/');
        last = path[(end + 1)..];
        return OpenDirectory(root, path.AsSpan(0, Math.Max(end, 0)), out parent);
    }

    /// <summary>Opens a directory as a place (O_PATH); the empty path is the root.</summary>
    public static Errno OpenDirectory(FileDescriptor root, ReadOnlySpan<byte> path, out FileDescriptor? directory)
    {
        directory = null;
        var error = FileCalls.OpenAt(root, "."u8, Flags, 0, out var current);
        while (error == Errno.None && path.Length > 0)
        {
            var part = NextPart(path);
            var above = current;
            using (above)
                error = FileCalls.OpenBeneath(above, path[..part], Flags, Safe, out current);
            path = path[Math.Min(part + 1, path.Length)..];
        }

        if (error == Errno.None)
            directory = current;
        else
            current.Dispose();
        return error;
    }

    /// <summary>As many components as one call takes.</summary>
    private static int NextPart(ReadOnlySpan<byte> path) =>
        path.Length < TreePath.LongestCall ? path.Length : path[..TreePath.LongestCall].LastIndexOf((byte)'/');
}
