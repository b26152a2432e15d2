using System.Runtime.InteropServices;
using DockerMigrator.Native.Files;
using DockerMigrator.Native.Memory;

namespace DockerMigrator.Native.Ptrace;

/// <summary>ptrace(2) and waitpid(2) of single threads. All must be called on the one OS thread that traces.</summary>
internal static unsafe partial class PtraceCalls
{
    private const int WaitNoHang = 1;
    private const int WaitAll = 0x40000000; // __WALL

    // <linux/ptrace.h>, <asm/ptrace-abi.h>
    private const nint GetRegistersRequest = 12;
    private const nint SetRegistersRequest = 13;
    private const nint ContinueRequest = 7;
    private const nint DetachRequest = 17;
    private const nint SystemCallRequest = 24;
    private const nint GetSignalInfoRequest = 0x4202;
    private const nint GetRegisterSetRequest = 0x4204;
    private const nint SetRegisterSetRequest = 0x4205;
    private const nint SeizeRequest = 0x4206;
    private const nint InterruptRequest = 0x4207;
    private const nint GetSignalMaskRequest = 0x420a;
    private const nint SetSignalMaskRequest = 0x420b;
    private const nint GetSequenceRequest = 0x420f; // PTRACE_GET_RSEQ_CONFIGURATION

    private const nint TellSystemCalls = 1; // PTRACE_O_TRACESYSGOOD
    private const nint SuspendSeccomp = 1 << 21; // PTRACE_O_SUSPEND_SECCOMP
    private const nint GeneralRegisters = 1; // NT_PRSTATUS

    /// <summary>Begins to trace a thread without stopping it; false if it is gone or may not be traced.</summary>
    public static bool Seize(int thread) => Ptrace(SeizeRequest, thread, 0, 0) == 0;

    /// <summary>As <see cref="Seize"/>, for running system calls in the thread: its seccomp filters do not see them.</summary>
    public static bool SeizeForCalls(int thread) => Ptrace(SeizeRequest, thread, 0, TellSystemCalls | SuspendSeccomp) == 0;

    /// <summary>Asks a traced thread to stop before its next instruction in user mode.</summary>
    public static bool Interrupt(int thread) => Ptrace(InterruptRequest, thread, 0, 0) == 0;

    /// <summary>Lets a stopped thread go on untraced, with <paramref name="signal"/> if that stopped it, else 0.</summary>
    public static bool Detach(int thread, int signal) => Ptrace(DetachRequest, thread, 0, signal) == 0;

    /// <summary>Lets a stopped thread go on until something happens.</summary>
    public static bool Continue(int thread, int signal) => Ptrace(ContinueRequest, thread, 0, signal) == 0;

    /// <summary>Lets a stopped thread go on until it enters or leaves a system call, or something else happens.</summary>
    public static bool ContinueToCall(int thread, int signal) => Ptrace(SystemCallRequest, thread, 0, signal) == 0;

    /// <summary>Reads the registers of a stopped thread, whatever the architecture.</summary>
    /// <returns>Bytes read: fewer than there are for a thread in 32-bit code; 0 if it is gone.</returns>
    public static int ReadRegisters(int thread, Span<ulong> registers)
    {
        fixed (ulong* data = registers)
        {
            var vector = new IoVector((nint)data, (nuint)(registers.Length * sizeof(ulong)));
            return Ptrace(GetRegisterSetRequest, thread, GeneralRegisters, (nint)(&vector)) == 0 ? (int)vector.Length : 0;
        }
    }

    /// <summary>Writes the registers of a stopped thread, all of them.</summary>
    public static bool WriteRegisters(int thread, ReadOnlySpan<ulong> registers)
    {
        fixed (ulong* data = registers)
        {
            var vector = new IoVector((nint)data, (nuint)(registers.Length * sizeof(ulong)));
            return Ptrace(SetRegisterSetRequest, thread, GeneralRegisters, (nint)(&vector)) == 0;
        }
    }

    /// <summary>Which signals are blocked in a stopped thread; of one in <c>sigsuspend</c> or the like, outside of that call.</summary>
    public static bool TryGetSignalMask(int thread, out ulong mask)
    {
        fixed (ulong* data = &mask)
            return Ptrace(GetSignalMaskRequest, thread, sizeof(ulong), (nint)data) == 0;
    }

    /// <summary>Blocks signals in a stopped thread. They stay pending meanwhile, with all that belongs to them.</summary>
    public static bool SetSignalMask(int thread, ulong mask) => Ptrace(SetSignalMaskRequest, thread, sizeof(ulong), (nint)(&mask)) == 0;

    /// <summary>Where a stopped thread's <c>struct rseq</c> is; 0 if it has none, or the kernel does not tell.</summary>
    public static ulong FindSequenceArea(int thread)
    {
        // struct ptrace_rseq_configuration: pointer, size, signature, flags, padding
        var configuration = stackalloc ulong[3];
        return Ptrace(GetSequenceRequest, thread, 3 * sizeof(ulong), (nint)configuration) > 0 ? configuration[0] : 0;
    }

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
    /// Whether a traced thread stands still, and for what. Unlike waitpid(2) it asks for the state, not for the news of it,
    /// which whoever waits first takes: .NET itself does when its <c>Process</c> started the thread.
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

    /// <summary>Whether a traced thread has ended.</summary>
    public static bool HasEnded(int thread)
    {
        const int Stopped = 0x7f; // low byte
        int result, status = 0;
        do
        {
            result = Wait(thread, &status, WaitAll | WaitNoHang);
        }
        while (result < 0 && Marshal.GetLastPInvokeError() == (int)Errno.EINTR);
        return result < 0 || (result > 0 && (status & 0xff) != Stopped);
    }

    // glibc and musl declare it variadic; on the architectures used here that makes no difference for integers.
    [LibraryImport("libc", EntryPoint = "ptrace", SetLastError = true)]
    private static partial nint Ptrace(nint request, int thread, nint address, nint data);

    [LibraryImport("libc", EntryPoint = "waitpid", SetLastError = true)]
    private static partial int Wait(int thread, int* status, int options);
}
