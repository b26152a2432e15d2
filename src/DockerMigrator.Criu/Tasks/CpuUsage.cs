using System.Globalization;

namespace DockerMigrator.Criu.Tasks;

/// <summary>How much processor time a container has used (cgroup v1: <c>cpuacct.usage</c>, v2: <c>cpu.stat</c>).</summary>
public sealed class CpuUsage
{
    private const string V1File = "cpuacct.usage";
    private const string V2File = "cpu.stat";

    private readonly string _directory;

    private CpuUsage(string directory) => _directory = directory;

    /// <summary>Finds the one of a container; null where nobody counts.</summary>
    public static CpuUsage? Find(ContainerCgroup cgroup)
    {
        foreach (var directory in cgroup.Directories)
        {
            // On v1, cpu and cpuacct may be hierarchies of their own; cpu has a cpu.stat too, without the usage.
            var usage = new CpuUsage(directory);
            if (usage.Read() is not null)
                return usage;
        }

        return null;
    }

    /// <summary>The time; null if it is not told.</summary>
    public TimeSpan? Read()
    {
        if (long.TryParse(ProcFile.TryRead(Path.Combine(_directory, V1File)), CultureInfo.InvariantCulture, out var nanoseconds))
            return TimeSpan.FromMicroseconds(nanoseconds / 1000.0);
        foreach (var line in (ProcFile.TryRead(Path.Combine(_directory, V2File)) ?? "").Split('\n'))
        {
            if (line.Split(' ') is ["usage_usec", var text] && long.TryParse(text, CultureInfo.InvariantCulture, out var microseconds))
                return TimeSpan.FromMicroseconds(microseconds);
        }

        return null;
    }
}
