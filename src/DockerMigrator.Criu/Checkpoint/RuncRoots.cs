using DockerMigrator.Criu.Tasks;

namespace DockerMigrator.Criu.Checkpoint;

/// <summary>
/// Where the runc of a Docker host keeps its containers: <c>EXEC-ROOT/runtime-NAME/moby</c>, a directory for each
/// configured runtime, with <c>/run/docker</c> as Docker's default exec root.
/// </summary>
public static class RuncRoots
{
    private const string DefaultExecRoot = "/run/docker";

    // Where containerd keeps them when its client names no root.
    private const string ContainerdRoot = "/run/containerd/runc/moby";

    /// <summary>The roots that exist on this host.</summary>
    public static IReadOnlyList<string> Find()
    {
        var roots = new List<string>();
        foreach (var execRoot in RunningExecRoots().Prepend(DefaultExecRoot).Distinct())
        {
            if (Directory.Exists(execRoot))
                roots.AddRange(Directory.EnumerateDirectories(execRoot, "runtime-*").Order().Select(directory => Path.Combine(directory, "moby")));
        }

        roots.Add(ContainerdRoot);
        return [.. roots.Where(Directory.Exists)];
    }

    /// <summary>The value of <c>--exec-root</c> in a command line as /proc has it (words ended by NUL); null if absent.</summary>
    public static string? ParseExecRoot(string commandLine)
    {
        const string Option = "--exec-root";
        var words = commandLine.Split('\0');
        for (var i = 1; i < words.Length; i++)
        {
            if (words[i].StartsWith(Option + "=", StringComparison.Ordinal))
                return words[i][(Option.Length + 1)..];
            if (words[i] == Option && i + 1 < words.Length)
                return words[i + 1];
        }

        return null;
    }

    private static IEnumerable<string> RunningExecRoots()
    {
        foreach (var pid in ProcFile.NumericEntries("/proc"))
        {
            if (ProcFile.TryRead($"/proc/{pid}/comm")?.Trim() == "dockerd"
                && ProcFile.TryRead($"/proc/{pid}/cmdline") is { } commandLine && ParseExecRoot(commandLine) is { } root)
            {
                yield return root;
            }
        }
    }
}
