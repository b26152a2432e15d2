using System.Globalization;
using DockerMigrator.Native.Ptrace;

namespace DockerMigrator.Criu.Tasks;

/// <summary>The threads of a frozen container whose system calls CRIU may have broken off (<see cref="InterruptedCall"/>).</summary>
public static class InterruptedThreads
{
    /// <summary>Their ids. Threads stopped by a signal wait in the kernel, not in a call, and are left out.</summary>
    public static IReadOnlyList<int> Find(Freezer freezer) =>
    [
        .. from process in freezer.ReadProcesses()
           from thread in ProcFile.NumericEntries($"/proc/{process}/task")
           where IsCandidate($"/proc/{process}/task/{thread}")
           select thread,
    ];

    /// <summary>
    /// Whether <c>/proc/TID/syscall</c> names a call that may be broken off: "number arguments… stack program-counter";
    /// "running" does not tell.
    /// </summary>
    public static bool IsCandidate(ReadOnlySpan<char> syscall)
    {
        var end = syscall.IndexOfAny(' ', '\n');
        var first = end < 0 ? syscall : syscall[..end];
        return first is "running"
            || (ulong.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out var call) && InterruptedCall.IsCandidate(call));
    }

    private static bool IsCandidate(string task) =>
        ProcFile.TryRead(task + "/syscall") is { } syscall && IsCandidate(syscall.AsSpan())
        && ProcFile.TryRead(task + "/status") is { } status && ProcessStatus.Parse(status) is { State: not ('T' or 't'), IsDead: false }
        && ProcFile.TryRead(task + "/wchan") is not "do_signal_stop";
}
