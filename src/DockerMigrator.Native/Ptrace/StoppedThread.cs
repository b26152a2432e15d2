using System.Diagnostics;
using DockerMigrator.Native.Files;

namespace DockerMigrator.Native.Ptrace;

/// <summary>
/// A thread of another process that this OS thread has stopped in order to run system calls in it, and then lets go on
/// just as if nothing had been. Signals wait meanwhile.
/// </summary>
/// <remarks>
/// If the OS thread ends, or the program is killed, the kernel lets the thread go on with whatever registers it has.
/// </remarks>
internal sealed class StoppedThread
{
    private const int MaximalError = 4095;

    private readonly int _thread;
    private readonly CallConvention _convention;
    private readonly ulong[] _registers;
    private readonly ulong _signalMask;
    private readonly long _stoppedAt = Stopwatch.GetTimestamp();
    private bool _isForeign;

    private StoppedThread(int thread, CallConvention convention, ulong[] registers, ulong signalMask)
    {
        _thread = thread;
        _convention = convention;
        _registers = registers;
        _signalMask = signalMask;
    }

    /// <summary>Time since the stop.</summary>
    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(_stoppedAt);

    /// <summary>Stops a thread.</summary>
    /// <param name="thread">Its id.</param>
    /// <param name="limit">How long to wait for a thread that is deep in the kernel.</param>
    /// <returns>
    /// Null if it cannot be used: gone, traced by somebody else, stopped by SIGSTOP, running 32-bit code, or not stopped in
    /// time. In the last case it is let go only when the calling OS thread ends.
    /// </returns>
    public static StoppedThread? Stop(int thread, TimeSpan limit)
    {
        if (CallConvention.Current is not { } convention || !PtraceCalls.SeizeForCalls(thread))
            return null;
        if (!PtraceCalls.Interrupt(thread) || WaitForRequestedStop(thread, limit) is not { } stop)
            return null;
        var registers = new ulong[convention.RegisterCount];
        if (stop.IsJobControl || PtraceCalls.ReadRegisters(thread, registers) != registers.Length * sizeof(ulong)
            || !PtraceCalls.TryGetSignalMask(thread, out var mask) || !PtraceCalls.SetSignalMask(thread, ulong.MaxValue))
        {
            PtraceCalls.Detach(thread, 0);
            return null;
        }

        convention.RepeatInterruptedWait(registers);
        return new StoppedThread(thread, convention, registers, mask);
    }

    /// <summary>Runs a system call of one argument in the thread.</summary>
    /// <param name="instruction">Address of a system call instruction in it.</param>
    /// <param name="call">Number of the call.</param>
    /// <param name="argument">Its argument.</param>
    /// <param name="result">What it returned.</param>
    /// <returns>Why it failed; ESRCH also if the thread has ended.</returns>
    public Errno Call(ulong instruction, ulong call, ulong argument, out long result)
    {
        result = -1;
        if (!_isForeign && !_convention.IsInCall(_registers))
            _convention.InstructionPointer(_registers) = RestartableSequence.Resume(_thread, _convention.InstructionPointer(_registers));
        Span<ulong> registers = stackalloc ulong[_registers.Length];
        _registers.CopyTo(registers);
        _convention.Prepare(registers, instruction, call, argument);
        _isForeign = true;
        if (!PtraceCalls.WriteRegisters(_thread, registers) || !RunToCallBoundary() || !RunToCallBoundary()
            || PtraceCalls.ReadRegisters(_thread, registers) == 0)
        {
            return Errno.ESRCH;
        }

        result = _convention.GetResult(registers);
        return result is < 0 and >= -MaximalError ? (Errno)(-result) : Errno.None;
    }

    /// <summary>Lets it go on from where it was stopped.</summary>
    public void Release()
    {
        // Only in a stop on the kernel's way to deliver signals does it look whether a call is to be repeated, not in the
        // one after a system call.
        var signal = 0;
        if (_isForeign)
        {
            if (!PtraceCalls.Interrupt(_thread) || !PtraceCalls.Continue(_thread, 0) || WaitForStop(_thread, null) is not { } stop)
                return;
            signal = stop.SignalToDeliver;
        }

        // Also without a foreign call: a wait may be to be repeated.
        PtraceCalls.WriteRegisters(_thread, _registers);
        PtraceCalls.SetSignalMask(_thread, _signalMask);
        PtraceCalls.Detach(_thread, signal);
    }

    // All signals are blocked but SIGSTOP and SIGKILL.
    private bool RunToCallBoundary()
    {
        var signal = 0;
        while (PtraceCalls.ContinueToCall(_thread, signal) && WaitForStop(_thread, null) is { } stop)
        {
            if (stop.IsSystemCall)
                return true;
            signal = stop.SignalToDeliver;
        }

        return false;
    }

    // Signals that come before the stop asked for are delivered.
    private static PtraceStop? WaitForRequestedStop(int thread, TimeSpan limit)
    {
        while (WaitForStop(thread, limit) is { } stop)
        {
            if (stop.IsEvent)
                return stop;
            if (!PtraceCalls.Continue(thread, stop.SignalToDeliver))
                return null;
        }

        return null;
    }

    // A stop comes within microseconds, unless the machine is busy.
    private static PtraceStop? WaitForStop(int thread, TimeSpan? limit)
    {
        const int Yields = 2000;
        var start = Stopwatch.GetTimestamp();
        for (var attempt = 0; ; attempt++)
        {
            if (PtraceCalls.TryGetStop(thread, out var stop))
                return stop;
            if (PtraceCalls.HasEnded(thread) || Stopwatch.GetElapsedTime(start) > limit)
                return null;
            if (attempt < Yields)
                Thread.Yield();
            else
                Thread.Sleep(1);
        }
    }
}
