using System.Runtime.InteropServices;

namespace DockerMigrator.Native.Memory;

/// <summary>The C library's memory calls as they are.</summary>
internal static unsafe partial class MemoryInterop
{
    private const string C = "libc";

    [LibraryImport(C, EntryPoint = "process_vm_readv", SetLastError = true)]
    public static partial nint ReadProcess(int pid, IoVector* local, nuint localCount, IoVector* remote, nuint remoteCount, nuint flags);

    [LibraryImport(C, EntryPoint = "mmap", SetLastError = true)]
    public static partial nint Map(nint address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport(C, EntryPoint = "munmap", SetLastError = true)]
    public static partial int Unmap(nint address, nuint length);
}
