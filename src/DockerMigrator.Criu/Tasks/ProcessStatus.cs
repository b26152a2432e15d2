namespace DockerMigrator.Criu.Tasks;

/// <summary>The part of <c>/proc/PID/status</c> that matters here (proc_pid_status(5)).</summary>
/// <param name="Pid">Process id as this process sees it.</param>
/// <param name="ParentPid">Its parent's, 0 if outside of this PID namespace.</param>
/// <param name="Name">Command name, at most 15 bytes.</param>
/// <param name="TracerPid">The process that traces it, 0 for none.</param>
/// <param name="NamespacePids">Its ids from the reader's PID namespace inwards; one for each level.</param>
/// <param name="Threads">Number of threads.</param>
/// <param name="EffectiveUser">Effective user id.</param>
/// <param name="State">One letter: R, S, D, T, t, Z, X, I.</param>
public sealed record ProcessStatus(
    int Pid, int ParentPid, string Name, int TracerPid, IReadOnlyList<int> NamespacePids, int Threads, uint EffectiveUser, char State)
{
    /// <summary>Its id in the innermost PID namespace: what the container's user knows it by.</summary>
    public int ContainerPid => NamespacePids.Count == 0 ? Pid : NamespacePids[^1];

    /// <summary>A zombie or a task being torn down: it has no memory or files any more.</summary>
    public bool IsDead => State is 'Z' or 'X';

    /// <summary>Reads the status of a process; null if it is gone.</summary>
    public static ProcessStatus? Read(int pid) =>
        ProcFile.TryRead($"/proc/{pid}/status") is { } text ? Parse(text) : null;

    /// <summary>Parses the file's text; null if it is torn (a needed line is missing or unreadable).</summary>
    public static ProcessStatus? Parse(string text)
    {
        var fields = new Dictionary<string, string>();
        foreach (var line in text.Split('\n'))
        {
            var colon = line.IndexOf(':');
            if (colon > 0)
                fields.TryAdd(line[..colon], line[(colon + 1)..].Trim());
        }

        if (!TryNumber(fields, "Pid", out var pid) || !TryNumber(fields, "PPid", out var parent)
            || !TryNumber(fields, "TracerPid", out var tracer) || !TryNumber(fields, "Threads", out var threads)
            || !fields.TryGetValue("Name", out var name) || !fields.TryGetValue("Uid", out var users)
            || !fields.TryGetValue("State", out var state) || state.Length == 0)
        {
            return null;
        }

        var ids = users.Split('\t', StringSplitOptions.RemoveEmptyEntries);
        if (ids.Length != 4 || !uint.TryParse(ids[1], out var effective))
            return null;
        return new ProcessStatus(pid, parent, name, tracer, NamespaceIds(fields, pid), threads, effective, state[0]);
    }

    private static int[] NamespaceIds(Dictionary<string, string> fields, int pid)
    {
        // Kernels built without PID namespaces do not write the line.
        if (!fields.TryGetValue("NSpid", out var line))
            return [pid];
        var words = line.Split('\t', StringSplitOptions.RemoveEmptyEntries);
        var ids = new int[words.Length];
        for (var i = 0; i < words.Length; i++)
        {
            if (!int.TryParse(words[i], out ids[i]))
                return [pid];
        }

        return ids;
    }

    private static bool TryNumber(Dictionary<string, string> fields, string name, out int number)
    {
        number = 0;
        return fields.TryGetValue(name, out var text) && int.TryParse(text, out number);
    }
}
