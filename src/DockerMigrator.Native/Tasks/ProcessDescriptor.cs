using System.Runtime.InteropServices;
using DockerMigrator.Native.Files;

namespace DockerMigrator.Native.Tasks;

/// <summary>Other processes' descriptors (<c>pidfd_open(2)</c>, <c>pidfd_getfd(2)</c>, <c>kcmp(2)</c>).</summary>
public static partial class ProcessDescriptor
{
    // Calls since 424 have one number on all architectures.
    private const nint OpenCall = 434;
    private const nint GetCall = 438;
    private const nint OfThread = 0x80; // PIDFD_THREAD, kernel 6.9

    private const nint SameFile = 0; // KCMP_FILE
    private const nint SameMemory = 1; // KCMP_VM

    private static readonly nint CompareCall = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 312 : 272;

    /// <summary>Makes a copy of a descriptor of another process.</summary>
    /// <param name="thread">Process id, or on a kernel from 6.9 on that of any thread.</param>
    /// <param name="number">The descriptor's number there.</param>
    /// <param name="copy">The copy, closed on exec.</param>
    /// <returns>Why there is none.</returns>
    public static Errno Copy(int thread, int number, out FileDescriptor copy)
    {
        // Of the thread, as a process whose first thread has ended has no descriptors by its own id.
        using var process = Open(thread);
        copy = new FileDescriptor(process.IsInvalid ? -1 : (int)Call(GetCall, process.Number, number, 0, 0, 0));
        return copy.IsInvalid ? FileCalls.Last() : Errno.None;
    }

    /// <summary>Whether a descriptor of another process is a copy of one of this process.</summary>
    public static bool IsCopy(int pid, int number, int ownNumber) =>
        Call(CompareCall, Environment.ProcessId, pid, SameFile, ownNumber, number) == 0;

    /// <summary>Whether two processes share their memory, as after <c>vfork(2)</c>; false if one is gone.</summary>
    public static bool ShareMemory(int pid, int otherPid) => Call(CompareCall, pid, otherPid, SameMemory, 0, 0) == 0;

    private static FileDescriptor Open(int thread)
    {
        var number = (int)Call(OpenCall, thread, OfThread, 0, 0, 0);
        return new FileDescriptor(number >= 0 ? number : (int)Call(OpenCall, thread, 0, 0, 0, 0));
    }

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint Call(nint number, nint a, nint b, nint c, nint d, nint e);
}
