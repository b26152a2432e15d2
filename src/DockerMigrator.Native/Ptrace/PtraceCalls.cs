using System.Runtime.InteropServices;
using DockerMigrator.Native.Files;

namespace DockerMigrator.Native.Ptrace;

/// <summary>ptrace(2) and waitpid(2) of single threads. All must be called on the one OS thread that traces.</summary>
internal static unsafe partial class PtraceCalls
{
    private const int WaitNoHang = 1;
    private const int WaitAll = 0x40000000; // __WALL

    // <linux/ptrace.h>, <asm/ptrace-abi.h>
    private const nint GetRegistersRequest = 12;
    private const nint SetRegistersRequest = 13;
    private const nint DetachRequest = 17;
    private const nint GetSignalInfoRequest = 0x4202;
    private const nint SeizeRequest = 0x4206;
    private const nint InterruptRequest = 0x4207;

    /// <summary>Begins to trace a thread without stopping it; false if it is gone or may not be traced.</summary>
    public static bool Seize(int thread) => Ptrace(SeizeRequest, thread, 0, 0) == 0;

    /// <summary>Asks a traced thread to stop before its next instruction in user mode.</summary>
    public static bool Interrupt(int thread) => Ptrace(InterruptRequest, thread, 0, 0) == 0;

    /// <summary>Lets a stopped thread go on untraced, with <paramref name="signal"/> if that stopped it, else 0.</summary>
    public static bool Detach(int thread, int signal) => Ptrace(DetachRequest, thread, 0, signal) == 0;

    /// <summary>Reads the registers of a stopped thread.</summary>
    public static bool TryGetRegisters(int thread, out X64Registers registers)
    {
        fixed (X64Registers* data = &registers)
            return Ptrace(GetRegistersRequest, thread, 0, (nint)data) == 0;
    }

    /// <summary>Writes the registers of a stopped thread.</summary>
    public static bool TrySetRegisters(int thread, X64Registers registers) =>
        Ptrace(SetRegistersRequest, thread, 0, (nint)(&registers)) == 0;

    /// <summary>
    /// Whether a traced thread stands still, and for what. Unlike <see cref="TryWait"/> it asks for the state, not for the
    /// news of it, which whoever waits first takes: .NET itself does when its <c>Process</c> started the thread.
    /// </summary>
    public static bool TryGetStop(int thread, out PtraceStop stop)
    {
        var information = stackalloc int[128 / sizeof(int)]; // siginfo_t: signal, error number, code …
        var stopped = Ptrace(GetSignalInfoRequest, thread, 0, (nint)information) == 0;
        stop = stopped ? new PtraceStop(information[0], information[2]) : default;
        return stopped;
    }

    /// <summary>The id of the calling OS thread.</summary>
    [LibraryImport("libc", EntryPoint = "gettid")]
    public static partial int CurrentThread();

    /// <summary>Asks without waiting whether a traced thread has stopped or ended.</summary>
    /// <returns>Its status; null if it still runs, 0 ("has exited") if it is gone.</returns>
    public static int? TryWait(int thread)
    {
        int result, status;
        do
        {
            result = Wait(thread, &status, WaitAll | WaitNoHang);
        }
        while (result < 0 && Marshal.GetLastPInvokeError() == (int)Errno.EINTR);
        return result == 0 ? null : result < 0 ? 0 : status;
    }

    // glibc and musl declare it variadic; on the architectures used here that makes no difference for integers.
    [LibraryImport("libc", EntryPoint = "ptrace", SetLastError = true)]
    private static partial nint Ptrace(nint request, int thread, nint address, nint data);

    [LibraryImport("libc", EntryPoint = "waitpid", SetLastError = true)]
    private static partial int Wait(int thread, int* status, int options);
}
