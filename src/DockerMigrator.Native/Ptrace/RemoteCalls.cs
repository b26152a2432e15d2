using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace DockerMigrator.Native.Ptrace;

/// <summary>
/// System calls made by another process on our behalf: one of its threads is stopped for a moment, its registers lent and given
/// back. What it was doing goes on as if nothing had happened: a call that the stop broke off is made anew by the kernel itself,
/// because the thread is let go from the same kind of stop, with the registers that it came with.
/// </summary>
/// <remarks>
/// x86-64 only. No text or data of the process is written: the system-call instruction is one of its own, in the vDSO.
/// </remarks>
internal sealed class RemoteCalls
{
    private static readonly TimeSpan StopLimit = TimeSpan.FromMilliseconds(500);

    private readonly int _thread;
    private readonly ulong _instruction;

    private RemoteCalls(int thread, ulong instruction) => (_thread, _instruction) = (thread, instruction);

    /// <summary>Whether this machine's architecture is supported.</summary>
    public static bool IsSupported => RuntimeInformation.ProcessArchitecture == Architecture.X64;

    /// <summary>
    /// Stops a thread and has it make calls. Runs on an OS thread of its own, at whose end the kernel lets go of the thread
    /// whatever has happened.
    /// </summary>
    /// <param name="process">The process.</param>
    /// <param name="calls">Makes the calls while the thread is stopped; to be short.</param>
    /// <returns>False if the thread could not be stopped, is traced by somebody else, or ended.</returns>
    public static bool TryRun(int process, Action<RemoteCalls> calls)
    {
        if (!IsSupported || FindThread(process) is not { } thread || FindInstruction(process) is not { } instruction)
            return false;
        var done = false;
        var tracer = 0;
        var worker = new Thread(() =>
        {
            tracer = PtraceCalls.CurrentThread();
            done = Run(new RemoteCalls(thread, instruction), calls);
        })
        { IsBackground = true, Name = "tracer" };
        worker.Start();
        worker.Join();
        // Join returns while the kernel is still at ending the tracer, and that may be what frees the thread.
        while (Directory.Exists($"/proc/self/task/{tracer}"))
            Thread.Sleep(0);
        return done;
    }

    /// <summary>Makes a call.</summary>
    /// <returns>What it returned; negative for an error. <see cref="long.MinValue"/> if the process ended in it.</returns>
    public long Call(long number, ulong first, ulong second = 0, ulong third = 0)
    {
        if (!PtraceCalls.TryGetRegisters(_thread, out var registers))
            return long.MinValue;
        registers.Call = ulong.MaxValue; // not in a system call: nothing to be made anew
        registers.ReturnValue = (ulong)number;
        registers[14] = first; // di
        registers[13] = second; // si
        registers[12] = third; // dx
        registers.InstructionPointer = _instruction;
        // Once into the call, once out of it.
        if (!PtraceCalls.TrySetRegisters(_thread, registers) || !Step() || !Step() || !PtraceCalls.TryGetRegisters(_thread, out var after))
            return long.MinValue;
        return (long)after.ReturnValue;
    }

    private static bool Run(RemoteCalls remote, Action<RemoteCalls> calls)
    {
        var thread = remote._thread;
        if (!PtraceCalls.SeizeForCalls(thread) || !PtraceCalls.Interrupt(thread) || !WaitForEvent(thread))
            return false;
        if (!PtraceCalls.TryGetRegisters(thread, out var original) || !original.Is64Bit || !PtraceCalls.TryGetSignalMask(thread, out var mask))
        {
            PtraceCalls.Detach(thread, 0);
            return false;
        }

        // No signal may come between: its handler would run with foreign registers.
        PtraceCalls.TrySetSignalMask(thread, ulong.MaxValue);
        try
        {
            calls(remote);
        }
        finally
        {
            PtraceCalls.TrySetRegisters(thread, original);
            PtraceCalls.TrySetSignalMask(thread, mask);
            // Back into a stop like the first one: on the way out of it the kernel makes a call anew that was broken off.
            PtraceCalls.Interrupt(thread);
            PtraceCalls.Continue(thread, 0);
            if (WaitForEvent(thread))
                PtraceCalls.Detach(thread, 0);
        }

        return true;
    }

    // A signal that comes first is delivered, and the stop comes after it.
    private static bool WaitForEvent(int thread)
    {
        var start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < StopLimit)
        {
            if (!PtraceCalls.TryGetStop(thread, out var stop))
            {
                if (HasEnded(thread))
                    return false;
                Thread.SpinWait(50);
                Thread.Yield();
                continue;
            }

            if (stop.IsEvent)
                return true;
            PtraceCalls.Continue(thread, stop.SignalToDeliver);
        }

        return false;
    }

    private bool Step()
    {
        if (!PtraceCalls.ContinueToCall(_thread))
            return false;
        var start = Stopwatch.GetTimestamp();
        while (!PtraceCalls.TryGetStop(_thread, out _))
        {
            if (HasEnded(_thread) || Stopwatch.GetElapsedTime(start) > StopLimit)
                return false;
            Thread.SpinWait(50);
            Thread.Yield();
        }

        return true;
    }

    private static bool HasEnded(int thread)
    {
        try
        {
            var status = File.ReadAllText($"/proc/{thread}/stat");
            return status[(status.LastIndexOf(')') + 2)..][0] is 'Z' or 'X';
        }
        catch (IOException)
        {
            return true;
        }
    }

    // The main thread, or if that has ended before the others, another one.
    private static int? FindThread(int process)
    {
        if (!HasEnded(process))
            return process;
        try
        {
            foreach (var path in Directory.EnumerateDirectories($"/proc/{process}/task"))
            {
                if (int.TryParse(Path.GetFileName(path.AsSpan()), out var thread) && !HasEnded(thread))
                    return thread;
            }
        }
        catch (IOException)
        {
            // It is gone.
        }

        return null;
    }

    private static ulong? FindInstruction(int process)
    {
        try
        {
            foreach (var line in File.ReadLines($"/proc/{process}/maps"))
            {
                if (!line.EndsWith("[vdso]", StringComparison.Ordinal))
                    continue;
                var dash = line.IndexOf('-');
                var start = ulong.Parse(line.AsSpan(0, dash), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
                var end = ulong.Parse(line.AsSpan(dash + 1, line.IndexOf(' ') - dash - 1), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
                var text = new byte[Math.Min(end - start, 1 << 16)];
                using var memory = File.OpenHandle($"/proc/{process}/mem");
                var length = RandomAccess.Read(memory, text, (long)start);
                var at = text.AsSpan(0, length).IndexOf([(byte)0x0f, (byte)0x05]);
                return at < 0 ? null : start + (ulong)at;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            // It is gone, or ending.
        }

        return null;
    }
}
