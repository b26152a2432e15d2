using System.Runtime.InteropServices;
using DockerMigrator.Native.Files;

namespace DockerMigrator.Native.Tracking;

/// <summary>The kernel's calls for tracking and reading another process's memory.</summary>
internal static unsafe partial class TrackingInterop
{
    // System calls since 424 have one number on all architectures.
    private const long PidfdOpenNumber = 434;
    private const long PidfdGetFdNumber = 438;

    /// <summary>A descriptor for a process; negative, with an error, if it is gone.</summary>
    public static int PidfdOpen(int process) => (int)Syscall(PidfdOpenNumber, process, 0, 0);

    /// <summary>A copy of another process's descriptor.</summary>
    public static int PidfdGetFd(int pidfd, int descriptor) => (int)Syscall(PidfdGetFdNumber, pidfd, descriptor, 0);

    /// <summary>ioctl(2); negative, with an error.</summary>
    public static long Ioctl(FileDescriptor descriptor, ulong request, void* argument) => IoctlCall(descriptor.Number, request, argument);

    [LibraryImport("libc", EntryPoint = "process_vm_readv", SetLastError = true)]
    public static partial nint ReadProcess(int process, IoVector* local, nuint locals, IoVector* remote, nuint remotes, nuint flags);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int IoctlCall(int descriptor, ulong request, void* argument);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial long Syscall(long number, long first, long second, long third);

    /// <summary>struct iovec.</summary>
    public struct IoVector
    {
        public nint Start;
        public nuint Length;
    }
}
