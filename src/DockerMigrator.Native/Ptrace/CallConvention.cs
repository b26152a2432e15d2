using System.Runtime.InteropServices;

namespace DockerMigrator.Native.Ptrace;

/// <summary>
/// How an architecture makes system calls, over its general-purpose registers in the kernel's order
/// (<c>NT_PRSTATUS</c>): all that running a call in another thread needs to know of it.
/// </summary>
internal abstract class CallConvention
{
    /// <summary>That of this machine; null if none is known here.</summary>
    public static CallConvention? Current { get; } = RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 => new X64CallConvention(),
        Architecture.Arm64 => new Arm64CallConvention(),
        _ => null,
    };

    /// <summary>Number of registers of a 64-bit thread.</summary>
    public abstract int RegisterCount { get; }

    /// <summary>The instruction that makes a system call.</summary>
    public abstract ReadOnlySpan<byte> Instruction { get; }

    /// <summary>Its addresses are multiples of this.</summary>
    public abstract int Alignment { get; }

    /// <summary>Number of <c>userfaultfd</c>.</summary>
    public abstract ulong UserFaultCall { get; }

    /// <summary>Number of <c>close</c>.</summary>
    public abstract ulong CloseCall { get; }

    /// <summary>
    /// Makes a stopped thread call next, and the kernel forget which call the thread came from: else it would take the
    /// foreign instruction pointer for one to be wound back.
    /// </summary>
    /// <param name="registers">To be changed.</param>
    /// <param name="instruction">Address of <see cref="Instruction"/>.</param>
    /// <param name="call">Number of the call.</param>
    /// <param name="argument">Its one argument.</param>
    public abstract void Prepare(Span<ulong> registers, ulong instruction, ulong call, ulong argument);

    /// <summary>What a call returned: a small negative number for an error.</summary>
    public abstract long GetResult(ReadOnlySpan<ulong> registers);

    /// <summary>The next instruction.</summary>
    public abstract ref ulong InstructionPointer(Span<ulong> registers);

    /// <summary>Whether the thread stopped in or right after a system call, not among its own instructions.</summary>
    public abstract bool IsInCall(ReadOnlySpan<ulong> registers);

    /// <summary>
    /// Waits that a stop ends with EINTR although no signal came, which the kernel does not repeat by itself: makes it do so.
    /// </summary>
    public abstract void RepeatInterruptedWait(Span<ulong> registers);
}
