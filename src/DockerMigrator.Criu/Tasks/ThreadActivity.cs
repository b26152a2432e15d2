using System.Globalization;

namespace DockerMigrator.Criu.Tasks;

/// <summary>What a thread does, and how often it has stopped doing it: two readings that are equal and asleep mean that it slept in between.</summary>
/// <param name="State">One letter: R, S, D, T, t, Z, X, I (proc_pid_status(5)).</param>
/// <param name="Switches">How often it has left a processor, on its own account or not; it grows whenever the thread has run.</param>
public readonly record struct ThreadActivity(char State, long Switches)
{
    private const string StateField = "State:";
    private static readonly string[] s_counters = ["voluntary_ctxt_switches:", "nonvoluntary_ctxt_switches:"];

    /// <summary>Waits for data, a moment or another thread, and has nothing else to do. (With a FUSE file system, a write looks the same.)</summary>
    public bool IsAsleep => State == 'S';

    /// <summary>Is in the middle of something and cannot go on: waits for a disk, or is stopped by a signal or a debugger.</summary>
    public bool IsHeldUp => State is 'D' or 'T' or 't';

    /// <summary>Reads <c>/proc/PID/task/TID/status</c>; null if it is gone.</summary>
    public static ThreadActivity? Read(int pid, int thread) =>
        ProcFile.TryRead(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/task/{thread}/status")) is { } text ? Parse(text) : null;

    /// <summary>Parses the file's text; null if it is torn.</summary>
    public static ThreadActivity? Parse(string text)
    {
        var (state, switches, counters) = ('\0', 0L, 0);
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            if (line.StartsWith(StateField, StringComparison.Ordinal))
            {
                var word = line[StateField.Length..].Trim();
                state = word.Length > 0 ? word[0] : '\0';
            }

            foreach (var name in s_counters)
            {
                if (!line.StartsWith(name, StringComparison.Ordinal))
                    continue;
                if (!long.TryParse(line[name.Length..].Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var count))
                    return null;
                (switches, counters) = (switches + count, counters + 1);
            }
        }

        return state != '\0' && counters == s_counters.Length ? new ThreadActivity(state, switches) : null;
    }
}
