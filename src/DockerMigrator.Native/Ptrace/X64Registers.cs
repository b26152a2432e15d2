using System.Runtime.CompilerServices;

namespace DockerMigrator.Native.Ptrace;

/// <summary>
/// The general-purpose registers of an x86-64 thread in the order of the kernel's <c>user_regs_struct</c>
/// (<c>arch/x86/include/asm/user_64.h</c>). A system call's number is in ax, its arguments in di, si, dx, r10, r8, r9.
/// </summary>
[InlineArray(Count)]
public struct X64Registers
{
    /// <summary>Number of registers.</summary>
    public const int Count = 27;

    /// <summary>Index of ax: what the system call returned, negative for an error.</summary>
    public const int Ax = 10;

    /// <summary>Index of ip: the next instruction.</summary>
    public const int Ip = 16;

    private const int UserCode64 = 0x33;

    private ulong _first;

    /// <summary>Fourth argument.</summary>
    public readonly ulong R10 => this[7];

    /// <summary>Third argument.</summary>
    public readonly ulong Dx => this[12];

    /// <summary>Second argument.</summary>
    public readonly ulong Si => this[13];

    /// <summary>First argument.</summary>
    public readonly ulong Di => this[14];

    /// <summary>Return value.</summary>
    public ulong ReturnValue { readonly get => this[Ax]; set => this[Ax] = value; }

    /// <summary>Number of the system call that the thread came from; negative if it came from none.</summary>
    public ulong Call { readonly get => this[15]; set => this[15] = value; }

    /// <summary>Address of the next instruction.</summary>
    public ulong InstructionPointer { readonly get => this[Ip]; set => this[Ip] = value; }

    /// <summary>Whether the thread runs 64-bit code; the numbers of system calls are others in 32-bit code.</summary>
    public readonly bool Is64Bit => this[17] == UserCode64;
}
