using System.Runtime.InteropServices;

namespace DockerMigrator.Native.Watching;

/// <summary>The C library's fanotify calls as they are.</summary>
internal static unsafe partial class WatchInterop
{
    private const string C = "libc";

    [LibraryImport(C, EntryPoint = "fanotify_init", SetLastError = true)]
    public static partial int Init(uint flags, uint eventFlags);

    [LibraryImport(C, EntryPoint = "fanotify_mark", SetLastError = true)]
    public static partial int Mark(int group, uint flags, ulong mask, int directory, byte* path);

    [LibraryImport(C, EntryPoint = "read", SetLastError = true)]
    public static partial nint Read(int fd, byte* buffer, nuint length);

    [LibraryImport(C, EntryPoint = "open_by_handle_at", SetLastError = true)]
    public static partial int OpenByHandle(int mount, byte* handle, int flags);

    [LibraryImport(C, EntryPoint = "fstatfs", SetLastError = true)]
    public static partial int StatFileSystem(int fd, long* status);
}
