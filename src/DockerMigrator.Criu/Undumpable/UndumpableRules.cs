using DockerMigrator.Criu.Tasks;

namespace DockerMigrator.Criu.Undumpable;

/// <summary>
/// What CRIU cannot dump, to be found before anything is touched: pure functions over what was read. They err on the side
/// of letting pass: what they miss, the dump refuses, and the container goes on where it was.
/// </summary>
public static class UndumpableRules
{
    // CRIU can take a task tree with mount namespaces of its own; of each of these it knows one a container.
    private static readonly Dictionary<string, string> SingleNamespaces = new()
    {
        ["net"] = "network", ["uts"] = "UTS", ["ipc"] = "IPC", ["pid"] = "PID", ["user"] = "user", ["time"] = "time", ["cgroup"] = "cgroup",
    };

    private static readonly string[] GpuDevices = ["/dev/nvidia", "/dev/dri/", "/dev/kfd"];

    /// <summary>Everything that hinders a dump; a kind of thing is named once a process.</summary>
    public static IReadOnlyList<Hindrance> Check(ContainerFacts container)
    {
        var hindrances = new List<Hindrance>();
        foreach (var process in container.Processes)
        {
            if (process.Process.IsForeign)
            {
                hindrances.Add(Refuse($"{Name(process)} was started from outside the container (docker exec, or a health check) and cannot be taken along: wait for it to end, or end it."));
                continue;
            }

            hindrances.AddRange(CheckTask(process));
            hindrances.AddRange(DescriptorRules.Check(process));
            hindrances.AddRange(CheckMappings(process));
        }

        hindrances.AddRange(CheckNamespaces(container));
        hindrances.AddRange(CheckMounts(container));
        return [.. hindrances.Distinct()];
    }

    /// <summary>How a process is named to the user: its command, and its id inside the container.</summary>
    internal static string Name(ProcessFacts facts) =>
        $"Process {facts.Process.Status.ContainerPid} ({facts.Process.Status.Name})";

    /// <summary>A hindrance that stops the migration.</summary>
    internal static Hindrance Refuse(string message) => new(HindranceSeverity.Refusal, message);

    private static IEnumerable<Hindrance> CheckTask(ProcessFacts process)
    {
        if (process.Process.Status.TracerPid != 0)
            yield return Refuse($"{Name(process)} is being traced by a debugger (process {process.Process.Status.TracerPid} of the host): detach it.");
    }

    private static IEnumerable<Hindrance> CheckMappings(ProcessFacts process)
    {
        foreach (var mapping in process.Mappings)
        {
            if (mapping.StartsWith("/secretmem", StringComparison.Ordinal))
                yield return Refuse($"{Name(process)} has mapped secret memory (memfd_secret), which nobody else can read.");
            else if (Array.Exists(GpuDevices, mapping.StartsWith))
                yield return Refuse($"{Name(process)} uses the GPU {mapping}, whose state cannot be taken along.");
            else if (IsForbiddenDevice(mapping))
                yield return Refuse($"{Name(process)} has mapped the device {mapping}, whose state cannot be taken along.");
            else if (mapping.StartsWith("anon_inode:", StringComparison.Ordinal))
                yield return Refuse($"{Name(process)} has mapped {DescriptorRules.Describe(mapping["anon_inode:".Length..].Trim('[', ']'))}, which CRIU cannot dump.");
        }
    }

    private static bool IsForbiddenDevice(string mapping) =>
        mapping.StartsWith("/dev/", StringComparison.Ordinal)
        && !mapping.StartsWith("/dev/zero", StringComparison.Ordinal)
        && !mapping.StartsWith("/dev/shm/", StringComparison.Ordinal)
        && !mapping.StartsWith("/dev/hugepages/", StringComparison.Ordinal);

    private static IEnumerable<Hindrance> CheckNamespaces(ContainerFacts container)
    {
        if (container.Processes.FirstOrDefault(process => process.Process.Pid == container.InitPid) is not { } init)
            yield break;
        foreach (var process in container.Processes.Where(process => !process.Process.IsForeign))
        {
            foreach (var (kind, name) in process.Namespaces)
            {
                if (SingleNamespaces.TryGetValue(kind, out var label) && init.Namespaces.TryGetValue(kind, out var own) && own != name)
                    yield return Refuse($"{Name(process)} runs in a {label} namespace of its own inside the container (a container in the container, or a sandbox), which CRIU cannot dump.");
            }
        }
    }

    private static IEnumerable<Hindrance> CheckMounts(ContainerFacts container)
    {
        foreach (var process in container.Processes.Where(process => !process.Process.IsForeign))
        {
            foreach (var mount in process.Mounts)
            {
                if (IsFuse(mount.FileSystem) && !container.ConfiguredMounts.Any(point => IsAtOrBelow(mount.MountPoint, point)))
                    yield return Refuse($"The container has mounted a FUSE file system ({mount.FileSystem}) at {mount.MountPoint} by itself, which CRIU cannot dump: unmount it.");
            }
        }
    }

    private static bool IsFuse(string type) =>
        type is "fuse" or "fuseblk" || type.StartsWith("fuse.", StringComparison.Ordinal);

    private static bool IsAtOrBelow(string path, string directory) =>
        path == directory || path.StartsWith(directory.TrimEnd('/') + "/", StringComparison.Ordinal);
}
