using System.Diagnostics;
using DockerMigrator.Criu.Errors;
using DockerMigrator.Native.Tasks;

namespace DockerMigrator.Criu.Tasks;

/// <summary>The freezer of one cgroup: stops every process in and below it, and lets them go on.</summary>
public abstract class Freezer
{
    /// <summary>The freezer of the cgroup <paramref name="directory"/>.</summary>
    protected Freezer(string directory) => CgroupDirectory = directory;

    /// <summary>The freezer of a cgroup, of which kind its files tell.</summary>
    public static Freezer Of(string directory) =>
        File.Exists(Path.Combine(directory, "freezer.state")) ? new FreezerV1(directory) : new FreezerV2(directory);

    /// <summary>The cgroup's directory.</summary>
    public string CgroupDirectory { get; }

    /// <summary>Whether every process in it stands still now, by its own freezer or by that of a cgroup above.</summary>
    /// <exception cref="CriuException">The cgroup is gone.</exception>
    public abstract bool IsFrozen { get; }

    /// <summary>Asks for everything in it to be frozen; <see cref="WaitUntilFrozenAsync"/> tells when it is.</summary>
    /// <exception cref="CriuException">The kernel refused.</exception>
    public abstract void Freeze();

    /// <summary>Lets everything in it go on.</summary>
    /// <exception cref="CriuException">The kernel refused.</exception>
    public abstract void Thaw();

    /// <summary>Waits until every process in it stands still.</summary>
    /// <exception cref="CriuException">Not within <paramref name="timeout"/>: a task is stuck in the kernel.</exception>
    public async Task WaitUntilFrozenAsync(TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        var start = Stopwatch.GetTimestamp();
        while (!IsFrozen)
        {
            if (Stopwatch.GetElapsedTime(start) > timeout)
                throw new CriuException($"The container did not freeze within {timeout.TotalSeconds:0.#} s: a process of it is stuck in the kernel (see the state D in its process list).");
            await Task.Delay(1, cancellationToken);
        }
    }

    /// <summary>Every process in it and below, as ids in this PID namespace, ascending.</summary>
    public IReadOnlyList<int> ReadProcesses()
    {
        var pids = new SortedSet<int>();
        Collect(CgroupDirectory, pids);
        return [.. pids];
    }

    /// <summary>
    /// Sends SIGKILL to every process of the frozen cgroup, so that not one of them runs another instruction of its
    /// program when it is thawed: a dead task is not let back to user mode. On the unified hierarchy they die at once,
    /// on v1 when thawed.
    /// </summary>
    /// <returns>How many processes were hit.</returns>
    /// <exception cref="CriuException">It is not frozen: processes could escape by forking.</exception>
    public int KillAllFrozen()
    {
        if (!IsFrozen)
            throw new CriuException("The container is not frozen, so its processes cannot be ended without letting them run.");
        return ReadProcesses().Count(pid => pid > 1 && Signal.Kill(pid));
    }

    /// <summary>The text of a control file.</summary>
    /// <exception cref="CriuException">It is gone.</exception>
    protected string ReadControl(string file) => CgroupFile.Read(CgroupDirectory, file);

    /// <summary>Writes a control file.</summary>
    /// <exception cref="CriuException">The kernel refused.</exception>
    protected void WriteControl(string file, string value) => CgroupFile.Write(CgroupDirectory, file, value);

    private static void Collect(string directory, SortedSet<int> pids)
    {
        foreach (var line in (ProcFile.TryRead(Path.Combine(directory, "cgroup.procs")) ?? "").Split('\n'))
        {
            if (int.TryParse(line, out var pid) && pid > 0)
                pids.Add(pid);
        }

        try
        {
            foreach (var child in Directory.EnumerateDirectories(directory))
                Collect(child, pids);
        }
        catch (IOException)
        {
            // Removed in between: it had no processes any more.
        }
    }
}
