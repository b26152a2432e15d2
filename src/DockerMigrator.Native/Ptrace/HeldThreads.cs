using System.Diagnostics;
using System.Runtime.InteropServices;

namespace DockerMigrator.Native.Ptrace;

/// <summary>
/// Threads of a frozen container that stop once more when it is thawed, before their next instruction, to have their
/// interrupted calls repaired (<see cref="InterruptedCall"/>). A traced thread belongs to the OS thread that traces it,
/// so one is kept for this; when it ends, and even if this whole program is killed, the kernel lets go of every thread
/// that is still traced.
/// </summary>
public sealed class HeldThreads : IDisposable
{
    private readonly Thread _tracer;
    private readonly ManualResetEventSlim _seized = new();
    private readonly ManualResetEventSlim _thawed = new();
    private int _tracerId;
    private TimeSpan _limit;
    private int _repaired;

    private HeldThreads(IReadOnlyCollection<int> threads)
    {
        _tracer = new Thread(() => Trace(threads)) { IsBackground = true, Name = "tracer" };
        _tracer.Start();
        _seized.Wait();
    }

    /// <summary>
    /// Asks the threads to stop as soon as they run. Those that are gone or traced by somebody else are left out. On
    /// another architecture than x86-64 nothing is held.
    /// </summary>
    /// <param name="threads">Thread ids, none of them stopped by SIGSTOP: in a v1 freezer such a one cannot be traced.</param>
    public static HeldThreads Hold(IReadOnlyCollection<int> threads) =>
        new(RuntimeInformation.ProcessArchitecture == Architecture.X64 ? threads : []);

    /// <summary>
    /// After the thaw: waits for each thread to stop, repairs it, and lets it go. A thread that has not stopped within
    /// <paramref name="limit"/> is let go as it is.
    /// </summary>
    /// <returns>How many were repaired.</returns>
    public int Release(TimeSpan limit)
    {
        _limit = limit;
        _thawed.Set();
        _tracer.Join();
        WaitUntilLetGo();
        return _repaired;
    }

    /// <summary>Lets go of what is still held, unrepaired.</summary>
    public void Dispose()
    {
        Release(TimeSpan.Zero);
        _seized.Dispose();
        _thawed.Dispose();
    }

    // Join returns while the kernel is still at ending the tracer, and only that frees threads that have not stopped.
    private void WaitUntilLetGo()
    {
        while (Directory.Exists($"/proc/self/task/{_tracerId}"))
            Thread.Sleep(1);
    }

    private void Trace(IReadOnlyCollection<int> threads)
    {
        _tracerId = PtraceCalls.CurrentThread();
        var held = new List<int>(threads.Count);
        foreach (var thread in threads)
        {
            if (PtraceCalls.Seize(thread) && PtraceCalls.Interrupt(thread))
                held.Add(thread);
        }

        _seized.Set();
        _thawed.Wait();
        var start = Stopwatch.GetTimestamp();
        while (true)
        {
            held.RemoveAll(TryFinish);
            if (held.Count == 0 || Stopwatch.GetElapsedTime(start) >= _limit)
                return;
            Thread.Sleep(1);
        }
    }

    // True when the thread is not traced any more.
    private bool TryFinish(int thread)
    {
        if (!PtraceCalls.TryGetStop(thread, out var stop))
            return PtraceCalls.HasEnded(thread);
        if (PtraceCalls.TryGetRegisters(thread, out var registers) && InterruptedCall.RepairLive(ref registers)
            && PtraceCalls.TrySetRegisters(thread, registers))
        {
            _repaired++;
        }

        // A signal may have come before the stop that was asked for.
        PtraceCalls.Detach(thread, stop.SignalToDeliver);
        return true;
    }
}
