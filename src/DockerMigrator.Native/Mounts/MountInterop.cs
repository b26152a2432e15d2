using System.Runtime.InteropServices;

namespace DockerMigrator.Native.Mounts;

/// <summary>The mount system calls as they are.</summary>
internal static unsafe partial class MountInterop
{
    // System calls since 424 have one number on all architectures.
    public const long FsOpen = 430;
    public const long FsConfig = 431;
    public const long FsMount = 432;

    private const string C = "libc";

    [LibraryImport(C, EntryPoint = "mount", SetLastError = true)]
    public static partial int Mount(byte* source, byte* target, byte* type, nuint flags, byte* data);

    [LibraryImport(C, EntryPoint = "unshare", SetLastError = true)]
    public static partial int Unshare(int flags);

    [LibraryImport(C, EntryPoint = "chdir", SetLastError = true)]
    public static partial int Chdir(byte* path);

    [LibraryImport(C, EntryPoint = "syscall", SetLastError = true)]
    public static partial long Syscall(long number, nint a, nint b, byte* c, byte* d, nint e);
}
