using DockerMigrator.Criu.Tasks;

namespace DockerMigrator.Memory.Tracking;

/// <summary>
/// Tracks by the kernel's asynchronous write protection (Linux 6.7): the container is not stopped for a scan, and a write to a
/// protected page costs it about a microsecond. See <see cref="Native.Tracking.WriteWatch"/>.
/// </summary>
public sealed class WriteWatchTracker : IDirtyTracker
{
    /// <summary>The tracker's name.</summary>
    public const string TrackerName = "uffd-wp";

    // A process that could not be watched may be in a state that passes; one that never can is not bothered in every round.
    private const int MostAttempts = 3;

    private readonly Dictionary<int, WatchedProcess> _watched = [];
    private readonly Dictionary<(int Pid, string Identity), int> _failures = [];
    private uint _lastSpace;

    /// <inheritdoc/>
    public string Name => TrackerName;

    /// <inheritdoc/>
    public Task<IReadOnlyList<PagesToSend>> ScanAsync(ContainerTasks tasks, CancellationToken cancellationToken) => Task.Factory.StartNew(
        () => Scan(tasks, cancellationToken), cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <inheritdoc/>
    public FinalScan ScanFrozen(ContainerTasks tasks)
    {
        var dirty = new List<PagesToSend>();
        var layouts = new List<SpaceLayout>();
        foreach (var process in Own(tasks))
        {
            if (!_watched.TryGetValue(process.Pid, out var watched) || watched.Identity != WatchedProcess.IdentityOf(process.Pid))
                continue;
            var (tracked, present, written) = watched.Find();
            if (tracked.Count == 0)
                continue;
            layouts.Add(new SpaceLayout(watched.Space, process.Pid, process.Status.ContainerPid, tracked, present));
            dirty.Add(new PagesToSend(watched.Space, process.Pid, written));
        }

        return new FinalScan(dirty, layouts);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var process in _watched.Values)
            process.Dispose();
        _watched.Clear();
    }

    private static IEnumerable<ContainerProcess> Own(ContainerTasks tasks) =>
        tasks.Processes.Where(process => !process.IsForeign && !process.Status.IsDead);

    private IReadOnlyList<PagesToSend> Scan(ContainerTasks tasks, CancellationToken cancellationToken)
    {
        Forget(tasks);
        var pages = new List<PagesToSend>();
        foreach (var process in Own(tasks))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (Scan(process.Pid) is { Ranges.Count: > 0 } found)
                pages.Add(found);
        }

        return pages;
    }

    private PagesToSend? Scan(int pid)
    {
        // Twice: a process that has just executed another program has a new address space.
        for (var attempt = 0; attempt < 2; attempt++)
        {
            if (!_watched.TryGetValue(pid, out var watched))
            {
                if ((watched = TryAttach(pid)) is null)
                    return null;
                _watched.Add(pid, watched);
            }

            if (watched.TakeWritten() is { } ranges)
                return new PagesToSend(watched.Space, pid, ranges);
            _watched.Remove(pid);
            watched.Dispose();
        }

        return null;
    }

    private WatchedProcess? TryAttach(int pid)
    {
        if (WatchedProcess.IdentityOf(pid) is not { } identity || _failures.GetValueOrDefault((pid, identity)) >= MostAttempts)
            return null;
        if (WatchedProcess.TryAttach(_lastSpace + 1, pid) is { } watched)
        {
            _lastSpace++;
            return watched;
        }

        _failures[(pid, identity)] = _failures.GetValueOrDefault((pid, identity)) + 1;
        return null;
    }

    private void Forget(ContainerTasks tasks)
    {
        var alive = tasks.Processes.Select(process => process.Pid).ToHashSet();
        foreach (var (pid, watched) in _watched.ToList())
        {
            if (alive.Contains(pid) && watched.Identity == WatchedProcess.IdentityOf(pid))
                continue;
            _watched.Remove(pid);
            watched.Dispose();
        }
    }
}
