namespace DockerMigrator.Criu.Tasks;

/// <summary>All processes of a container at one moment; exact only while it is frozen.</summary>
/// <param name="InitPid">The container's init.</param>
/// <param name="Processes">In ascending order of pid; zombies included.</param>
public sealed record ContainerTasks(int InitPid, IReadOnlyList<ContainerProcess> Processes)
{
    /// <summary>The processes that came from outside: exec sessions and health-check probes.</summary>
    public IEnumerable<ContainerProcess> Foreign => Processes.Where(process => process.IsForeign);

    /// <summary>Reads the processes of a cgroup; those that end in between are left out.</summary>
    public static ContainerTasks Read(int initPid, Freezer cgroup)
    {
        var statuses = new List<ProcessStatus>();
        foreach (var pid in cgroup.ReadProcesses())
        {
            if (ProcessStatus.Read(pid) is { } status)
                statuses.Add(status);
        }

        return Classify(initPid, statuses, pid => ProcFile.NumericEntries($"/proc/{pid}/task"));
    }

    /// <summary>Tells the container's own processes from the foreign ones by their parents.</summary>
    /// <param name="initPid">The container's init.</param>
    /// <param name="statuses">Every process of its cgroup.</param>
    /// <param name="readThreads">Thread ids of a process.</param>
    public static ContainerTasks Classify(
        int initPid, IReadOnlyList<ProcessStatus> statuses, Func<int, IReadOnlyList<int>> readThreads)
    {
        var parents = statuses.ToDictionary(status => status.Pid, status => status.ParentPid);
        return new ContainerTasks(
            initPid, [.. statuses.Select(status => new ContainerProcess(status, readThreads(status.Pid), !Descends(status.Pid, initPid, parents)))]);
    }

    private static bool Descends(int pid, int initPid, Dictionary<int, int> parents)
    {
        // A torn reading (a pid used anew in between) could hold a ring: no chain is longer than there are processes.
        for (var steps = parents.Count; steps >= 0; steps--)
        {
            if (pid == initPid)
                return true;
            if (!parents.TryGetValue(pid, out pid))
                return false;
        }

        return false;
    }
}
