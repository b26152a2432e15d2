using System.ComponentModel;
using System.Runtime.InteropServices;

namespace DockerMigrator.Native.Namespaces;

/// <summary>Mounts and unmounts memory-backed file systems in the mount namespace of this process.</summary>
public static partial class TmpfsMount
{
    private const ulong NoSuid = 2;
    private const ulong NoDevices = 4;
    private const ulong NoExec = 8;
    private const int Detach = 2;

    /// <summary>
    /// Mounts a tmpfs of at most <paramref name="sizeBytes"/> bytes, open to root only, without programs or devices.
    /// Its pages count as used only when written.
    /// </summary>
    /// <exception cref="Win32Exception">The kernel refused.</exception>
    public static void Mount(string directory, long sizeBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(sizeBytes);
        if (MountFileSystem("docker-migrator", directory, "tmpfs", NoSuid | NoDevices | NoExec, $"size={sizeBytes},mode=0700") != 0)
            throw new Win32Exception();
    }

    /// <summary>Takes the mount away at once, also when a file in it is still open; false if nothing was mounted there.</summary>
    /// <exception cref="Win32Exception">The kernel refused.</exception>
    public static bool Unmount(string directory)
    {
        if (UnmountFileSystem(directory, Detach) == 0)
            return true;
        const int InvalidArgument = 22, NoEntry = 2;
        var error = Marshal.GetLastPInvokeError();
        return error is InvalidArgument or NoEntry ? false : throw new Win32Exception(error);
    }

    [LibraryImport("libc", EntryPoint = "mount", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MountFileSystem(string source, string target, string type, ulong flags, string data);

    [LibraryImport("libc", EntryPoint = "umount2", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int UnmountFileSystem(string target, int flags);
}
