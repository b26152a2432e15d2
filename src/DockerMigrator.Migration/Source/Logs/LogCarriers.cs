using System.Globalization;
using DockerMigrator.Criu.Tasks;
using DockerMigrator.Docker.Containers;
using DockerMigrator.Docker.Hosts;

namespace DockerMigrator.Migration.Source.Logs;

/// <summary>
/// The processes through whose hands a container's output goes on its way from its pipes into the log: containerd's shim and Docker.
/// What one of them has read and not written yet is in no pipe and in no file, but it is awake then, or waits for a disk. (A line that has
/// no end yet it keeps all the same.)
/// </summary>
internal sealed class LogCarriers
{
    private readonly IReadOnlyList<int> _pids;

    private LogCarriers(IReadOnlyList<int> pids, IReadOnlyList<string> pipes)
    {
        _pids = pids;
        Pipes = pipes;
    }

    /// <summary>Paths of the pipes in between: from the container to the shim, and from there to Docker, where a usual Docker has them.</summary>
    public IReadOnlyList<string> Pipes { get; }

    /// <summary>Finds them. If one of them cannot be told, none is known.</summary>
    /// <param name="container">The container.</param>
    /// <param name="logPath">Its current log file.</param>
    public static LogCarriers Find(ContainerInspect container, string logPath)
    {
        // The shim is the parent of the container's first process, as it has adopted it from runc.
        var shim = ProcessStatus.Read(container.Pid)?.ParentPid ?? 0;
        var daemons = DaemonProcess.FindPids();
        var daemon = daemons.Count == 1 ? daemons[0] : daemons.FirstOrDefault(pid => HasOpen(pid, logPath));
        return new LogCarriers(shim > 0 && daemon > 0 ? [shim, daemon] : [], [.. PipesToShim(container.Pid, shim), .. PipesToDocker(container.Id)]);
    }

    /// <summary>Looks at all of their threads; at none if one of them is gone, such as a Docker that was started anew.</summary>
    public CarrierActivity Read()
    {
        var threads = new Dictionary<int, ThreadActivity>();
        foreach (var pid in _pids)
        {
            var ids = ProcFile.NumericEntries(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/task"));
            if (ids.Count == 0)
                return new CarrierActivity(new Dictionary<int, ThreadActivity>());
            foreach (var id in ids)
            {
                if (ThreadActivity.Read(pid, id) is { } activity)
                    threads[id] = activity;
            }
        }

        return new CarrierActivity(threads);
    }

    // The container's may lead somewhere else, such as to a tee(1) of its own, which does not read while it is frozen.
    private static IEnumerable<string> PipesToShim(int init, int shim) =>
        ((string[])[$"/proc/{init}/fd/1", $"/proc/{init}/fd/2"]).Where(path => ProcFile.TryReadLink(path) is { } pipe && HasOpen(shim, pipe));

    private static IEnumerable<string> PipesToDocker(string containerId)
    {
        try
        {
            return
            [
                .. Directory.EnumerateFiles($"/run/docker/containerd/{containerId}")
                    .Where(path => path.EndsWith("-stdout", StringComparison.Ordinal) || path.EndsWith("-stderr", StringComparison.Ordinal)),
            ];
        }
        catch (IOException)
        {
            // Elsewhere.
            return [];
        }
    }

    private static bool HasOpen(int pid, string path) =>
        ProcFile.NumericEntries($"/proc/{pid}/fd").Any(number => ProcFile.TryReadLink($"/proc/{pid}/fd/{number}") == path);
}
