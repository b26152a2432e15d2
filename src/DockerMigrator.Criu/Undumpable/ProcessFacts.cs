using DockerMigrator.Criu.Tasks;
using DockerMigrator.Native.Mounts;
using DockerMigrator.Native.Tasks;

namespace DockerMigrator.Criu.Undumpable;

/// <summary>What was read of one process of a container.</summary>
/// <param name="Process">The process.</param>
/// <param name="Namespaces">Its namespaces by kind (<c>mnt</c>, <c>net</c> …) as the kernel names them (<c>mnt:[4026531841]</c>).</param>
/// <param name="Descriptors">Its open files.</param>
/// <param name="Mappings">Names of what it has mapped, each once: paths and <c>anon_inode:…</c>.</param>
/// <param name="Mounts">The mounts it sees.</param>
public sealed record ProcessFacts(
    ContainerProcess Process,
    IReadOnlyDictionary<string, string> Namespaces,
    IReadOnlyList<DescriptorFacts> Descriptors,
    IReadOnlyCollection<string> Mappings,
    IReadOnlyList<MountEntry> Mounts)
{
    private static readonly string[] NamespaceKinds = ["mnt", "net", "uts", "ipc", "pid", "user", "cgroup", "time"];

    /// <summary>Reads a process; what vanishes in between is missing in the result.</summary>
    public static ProcessFacts Read(ContainerProcess process)
    {
        var directory = $"/proc/{process.Pid}";
        var namespaces = new Dictionary<string, string>();
        foreach (var kind in NamespaceKinds)
        {
            if (ProcFile.TryReadLink($"{directory}/ns/{kind}") is { } name)
                namespaces.Add(kind, name);
        }

        var descriptors = new List<DescriptorFacts>();
        foreach (var number in ProcFile.NumericEntries($"{directory}/fd"))
        {
            if (ProcFile.TryReadLink($"{directory}/fd/{number}") is { } target)
                descriptors.Add(ReadDescriptor(directory, number, target));
        }

        return new ProcessFacts(
            process, namespaces, descriptors, ParseMappings(ProcFile.TryRead($"{directory}/maps") ?? ""), MountTable.Parse(ProcFile.TryRead($"{directory}/mountinfo") ?? ""));
    }

    /// <summary>The distinct names in <c>/proc/PID/maps</c> (proc_pid_maps(5)); anonymous memory has none.</summary>
    public static IReadOnlyCollection<string> ParseMappings(string text)
    {
        var names = new HashSet<string>();
        foreach (var line in text.Split('\n'))
        {
            // start-end permissions offset device inode, blanks, name (which may hold blanks)
            var fields = line.Split(' ', 6, StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length == 6)
                names.Add(fields[5].Trim());
        }

        return names;
    }

    private static DescriptorFacts ReadDescriptor(string directory, int number, string target)
    {
        var path = $"{directory}/fd/{number}";
        if (target.StartsWith("socket:[", StringComparison.Ordinal))
            return new DescriptorFacts(number, target, null, SocketProtocol.Of(path), "");
        var isPath = target.StartsWith('/');
        var hasInfo = isPath || target.StartsWith("pipe:[", StringComparison.Ordinal) || target.Contains("notify");
        return new DescriptorFacts(
            number, target, isPath ? DeviceFile.Of(path) : null, null,
            hasInfo ? ProcFile.TryRead($"{directory}/fdinfo/{number}") ?? "" : "");
    }
}
