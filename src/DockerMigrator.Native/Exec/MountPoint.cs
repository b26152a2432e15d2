using System.Runtime.InteropServices;

namespace DockerMigrator.Native.Exec;

/// <summary>Mount points that a killed program left behind.</summary>
public static partial class MountPoint
{
    private const int Detach = 2; // MNT_DETACH
    private const int NoFollow = 8; // UMOUNT_NOFOLLOW

    /// <summary>Takes away what is mounted at this path, at once for everyone who looks there. Whether anything was.</summary>
    public static bool TryDetach(string path) => Unmount(path, Detach | NoFollow) == 0;

    [LibraryImport("libc", EntryPoint = "umount2", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Unmount(string path, int flags);
}
