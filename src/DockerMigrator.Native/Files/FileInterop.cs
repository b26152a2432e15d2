using System.Runtime.InteropServices;

namespace DockerMigrator.Native.Files;

/// <summary>The C library's file calls as they are.</summary>
internal static unsafe partial class FileInterop
{
    private const string C = "libc";

    /// <summary>openat2's number: system calls since 424 have one number on all architectures.</summary>
    public const long OpenAt2 = 437;

    [LibraryImport(C, EntryPoint = "close", SetLastError = true)]
    public static partial int Close(int fd);

    [LibraryImport(C, EntryPoint = "openat", SetLastError = true)]
    public static partial int OpenAt(int dir, byte* path, int flags, uint mode);

    [LibraryImport(C, EntryPoint = "syscall", SetLastError = true)]
    public static partial long Syscall(long number, nint a, byte* b, void* c, nint d, nint e);

    [LibraryImport(C, EntryPoint = "statx", SetLastError = true)]
    public static partial int Statx(int dir, byte* path, int flags, uint mask, FileStatus* status);

    [LibraryImport(C, EntryPoint = "getdents64", SetLastError = true)]
    public static partial nint GetDents(int fd, byte* buffer, nuint length);

    [LibraryImport(C, EntryPoint = "pread", SetLastError = true)]
    public static partial nint PRead(int fd, byte* buffer, nuint length, long offset);

    [LibraryImport(C, EntryPoint = "pwrite", SetLastError = true)]
    public static partial nint PWrite(int fd, byte* buffer, nuint length, long offset);

    [LibraryImport(C, EntryPoint = "lseek", SetLastError = true)]
    public static partial long Seek(int fd, long offset, int whence);

    [LibraryImport(C, EntryPoint = "fallocate", SetLastError = true)]
    public static partial int Allocate(int fd, int mode, long offset, long length);

    [LibraryImport(C, EntryPoint = "ftruncate", SetLastError = true)]
    public static partial int Truncate(int fd, long length);

    [LibraryImport(C, EntryPoint = "syncfs", SetLastError = true)]
    public static partial int SyncFileSystem(int fd);

    [LibraryImport(C, EntryPoint = "ioctl", SetLastError = true)]
    public static partial int Ioctl(int fd, nuint request, void* argument);

    [LibraryImport(C, EntryPoint = "readlinkat", SetLastError = true)]
    public static partial nint ReadLinkAt(int dir, byte* path, byte* buffer, nuint length);

    [LibraryImport(C, EntryPoint = "symlinkat", SetLastError = true)]
    public static partial int SymlinkAt(byte* target, int dir, byte* path);

    [LibraryImport(C, EntryPoint = "linkat", SetLastError = true)]
    public static partial int LinkAt(int oldDir, byte* oldPath, int newDir, byte* newPath, int flags);

    [LibraryImport(C, EntryPoint = "mkdirat", SetLastError = true)]
    public static partial int MkdirAt(int dir, byte* path, uint mode);

    [LibraryImport(C, EntryPoint = "mknodat", SetLastError = true)]
    public static partial int MknodAt(int dir, byte* path, uint mode, ulong device);

    [LibraryImport(C, EntryPoint = "unlinkat", SetLastError = true)]
    public static partial int UnlinkAt(int dir, byte* path, int flags);

    [LibraryImport(C, EntryPoint = "renameat", SetLastError = true)]
    public static partial int RenameAt(int oldDir, byte* oldPath, int newDir, byte* newPath);

    [LibraryImport(C, EntryPoint = "fchownat", SetLastError = true)]
    public static partial int ChownAt(int dir, byte* path, uint owner, uint group, int flags);

    [LibraryImport(C, EntryPoint = "fchmod", SetLastError = true)]
    public static partial int FChmod(int fd, uint mode);

    [LibraryImport(C, EntryPoint = "chmod", SetLastError = true)]
    public static partial int Chmod(byte* path, uint mode);

    [LibraryImport(C, EntryPoint = "futimens", SetLastError = true)]
    public static partial int FUtimens(int fd, nint* times);

    [LibraryImport(C, EntryPoint = "utimensat", SetLastError = true)]
    public static partial int UtimensAt(int dir, byte* path, nint* times, int flags);

    [LibraryImport(C, EntryPoint = "flistxattr", SetLastError = true)]
    public static partial nint FListXattr(int fd, byte* list, nuint size);

    [LibraryImport(C, EntryPoint = "listxattr", SetLastError = true)]
    public static partial nint ListXattr(byte* path, byte* list, nuint size);

    [LibraryImport(C, EntryPoint = "fgetxattr", SetLastError = true)]
    public static partial nint FGetXattr(int fd, byte* name, byte* value, nuint size);

    [LibraryImport(C, EntryPoint = "getxattr", SetLastError = true)]
    public static partial nint GetXattr(byte* path, byte* name, byte* value, nuint size);

    [LibraryImport(C, EntryPoint = "fsetxattr", SetLastError = true)]
    public static partial int FSetXattr(int fd, byte* name, byte* value, nuint size, int flags);

    [LibraryImport(C, EntryPoint = "setxattr", SetLastError = true)]
    public static partial int SetXattr(byte* path, byte* name, byte* value, nuint size, int flags);

    [LibraryImport(C, EntryPoint = "fremovexattr", SetLastError = true)]
    public static partial int FRemoveXattr(int fd, byte* name);

    [LibraryImport(C, EntryPoint = "removexattr", SetLastError = true)]
    public static partial int RemoveXattr(byte* path, byte* name);
}
