using System.Diagnostics.CodeAnalysis;
using DockerMigrator.Criu.Tasks;
using DockerMigrator.Native.Memory;
using DockerMigrator.Native.Tasks;

namespace DockerMigrator.Memory.Tracking.Spaces;

/// <summary>The address spaces of a container that are tracked, found again from one scan to the next.</summary>
/// <param name="create">Begins to track one; null leaves it out for now.</param>
internal sealed class AddressSpaces<TSpace>(Func<SpaceIdentity, TSpace?> create) : IDisposable
    where TSpace : AddressSpace
{
    private readonly Dictionary<int, TSpace> _byProcess = [];
    private uint _lastNumber;

    /// <summary>All that are tracked.</summary>
    public IEnumerable<TSpace> All => _byProcess.Values;

    /// <summary>Forgets the spaces whose process is not there any more.</summary>
    public void ForgetOthers(ContainerTasks tasks)
    {
        var present = tasks.Processes.Select(process => process.Pid).ToHashSet();
        foreach (var pid in _byProcess.Keys.Where(pid => !present.Contains(pid)).ToArray())
            Forget(pid);
    }

    /// <summary>The address space that a process has now, tracked from now on if it was not yet; null if it is left out.</summary>
    public TSpace? FindOrCreate(ContainerProcess process)
    {
        if (TryFind(process, out var known))
            return known;
        Forget(process.Pid);
        if (process.IsForeign || FindLivingThread(process) is not { } task)
            return null;
        // After a vfork the parent's memory is used until the exec: it is the parent's. Asked first, as it cannot become
        // shared later.
        if (ProcessDescriptor.ShareMemory(process.Pid, process.Status.ParentPid) || PageMap.TryOpen(task) is not { } map)
            return null;
        var identity = new SpaceIdentity(_lastNumber + 1, process, task, map);
        if (!map.IsAlive || create(identity) is not { } space)
        {
            map.Dispose();
            return null;
        }

        _lastNumber++;
        _byProcess.Add(process.Pid, space);
        return space;
    }

    /// <summary>The address space that a process has now, if it is tracked.</summary>
    public bool TryFind(ContainerProcess process, [NotNullWhen(true)] out TSpace? space) =>
        // The space of a process that has ended is dead, so a pid used anew is no trouble.
        _byProcess.TryGetValue(process.Pid, out space) && space.Map.IsAlive;

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var pid in _byProcess.Keys.ToArray())
            Forget(pid);
    }

    private void Forget(int pid)
    {
        if (_byProcess.Remove(pid, out var space))
            space.Dispose();
    }

    private static int? FindLivingThread(ContainerProcess process)
    {
        if (!process.Status.IsDead)
            return process.Pid;
        foreach (var thread in process.ThreadIds)
        {
            if (ProcessStatus.Read(thread) is { IsDead: false })
                return thread;
        }

        return null;
    }
}
