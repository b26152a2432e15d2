namespace DockerMigrator.Native.Ptrace;

/// <summary>
/// System calls that the kernel goes on with by itself after an interruption, through <c>restart_syscall(2)</c>: it keeps
/// in the thread's restart block how long is left. CRIU can neither read nor restore that block, so it makes such a call
/// return EINTR, in the image and in the thread that it lets go again; but a program that sees no signal handler run need
/// not expect that (<c>sleep 1000</c> ends). Made anew with its arguments, which are still in the registers, the call
/// waits until the same moment if that is absolute, and longer, never shorter, if it is relative.
/// </summary>
/// <remarks>
/// Which calls: those for which the kernel sets a restart block (<c>set_restart_fn</c> in <c>kernel/time</c>,
/// <c>kernel/futex</c>, <c>fs/select.c</c>). All others that can be repeated CRIU repeats itself.
/// </remarks>
public static class InterruptedCall
{
    private const ulong Interrupted = unchecked((ulong)-4L); // EINTR
    private const ulong RestartNoHandler = unchecked((ulong)-514L); // ERESTARTNOHAND, include/linux/errno.h
    private const int InstructionLength = 2; // of "syscall"

    private const ulong Poll = 7;
    private const ulong NanoSleep = 35;
    private const ulong Futex = 202;
    private const ulong Restart = 219;
    private const ulong ClockNanoSleep = 230;

    private const ulong FutexPrivate = 128;
    private const ulong FutexRealtimeClock = 256;
    private const ulong FutexWaitBitset = 9;

    /// <summary>Whether a thread in the system call of this number may need repair.</summary>
    public static bool IsCandidate(ulong call) => call is Poll or NanoSleep or Futex or Restart or ClockNanoSleep;

    /// <summary>
    /// Changes the registers of a thread that is to be restored such that it makes its interrupted call anew.
    /// </summary>
    /// <returns>Whether they were changed.</returns>
    public static bool RepairRestored(ref X64Registers registers)
    {
        if (Find(registers) is not { } call)
            return false;
        registers.ReturnValue = call;
        registers.InstructionPointer -= InstructionLength;
        return true;
    }

    /// <summary>
    /// Changes the registers of a live thread in a ptrace stop such that the kernel repeats the interrupted call, unless a
    /// signal handler is to run first: that interrupts it, as it would have without CRIU.
    /// </summary>
    /// <returns>Whether they were changed.</returns>
    public static bool RepairLive(ref X64Registers registers)
    {
        if (Find(registers) is not { } call)
            return false;
        registers.Call = call;
        registers.ReturnValue = RestartNoHandler;
        return true;
    }

    /// <summary>The call that is to be made anew; null if none is, or it is not certain which.</summary>
    public static ulong? Find(in X64Registers registers)
    {
        if (!registers.Is64Bit || registers.ReturnValue != Interrupted || !IsCandidate(registers.Call))
            return null;
        return registers.Call == Restart ? FindRestarted(registers) : registers.Call;
    }

    // A call that had been interrupted once before (docker pause, SIGSTOP, a debugger) bears the number of
    // restart_syscall: which one it was, only its arguments tell.
    private static ulong? FindRestarted(in X64Registers registers)
    {
        if (IsFutex(registers) && registers.Si != 0)
            return Futex;
        ulong? found = null;
        foreach (var (call, fits) in (ReadOnlySpan<(ulong, bool)>)[
            (Futex, IsFutex(registers)), (Poll, IsPoll(registers)),
            (NanoSleep, IsNanoSleep(registers)), (ClockNanoSleep, IsClockNanoSleep(registers))])
        {
            if (fits && found is not null)
                return null;
            if (fits)
                found = call;
        }

        return found;
    }

    // futex(word, FUTEX_WAIT or FUTEX_WAIT_BITSET, value, timeout): without a timeout there is no restart block.
    private static bool IsFutex(in X64Registers registers) =>
        IsPointer(registers.Di) && registers.Di % 4 == 0 && IsPointer(registers.R10)
        && (registers.Si & ~(FutexPrivate | FutexRealtimeClock)) is 0 or FutexWaitBitset;

    // poll(descriptors, count, milliseconds): returns at once for 0 ms, and waits for ever for less.
    private static bool IsPoll(in X64Registers registers)
    {
        const ulong MostDescriptors = 1 << 20; // fs.nr_open
        return registers.Si <= MostDescriptors && (registers.Si == 0 || IsPointer(registers.Di)) && (int)registers.Dx != 0
            && IsInt(registers.Dx);
    }

    // nanosleep(duration, remainder or null)
    private static bool IsNanoSleep(in X64Registers registers) =>
        IsPointer(registers.Di) && (registers.Si == 0 || IsPointer(registers.Si));

    // clock_nanosleep(clock, 0, duration, remainder or null); a clock of a process has a negative number.
    private static bool IsClockNanoSleep(in X64Registers registers) =>
        IsInt(registers.Di) && (int)registers.Di < 16 && registers.Si == 0 && IsPointer(registers.Dx)
        && (registers.R10 == 0 || IsPointer(registers.R10));

    // Nothing is mapped below vm.mmap_min_addr, nor in the kernel's half; and what looks like a small negative int is one
    // (the clock of process N is about -8 N).
    private static bool IsPointer(ulong value) => value is >= 1 << 16 and < 1UL << 56 and not (>= 0xfc00_0000 and <= uint.MaxValue);

    private static bool IsInt(ulong value) => value <= uint.MaxValue || value == unchecked((ulong)(long)(int)value);
}
