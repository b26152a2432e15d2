using System.Diagnostics;
using DockerMigrator.Criu.Errors;
using DockerMigrator.Criu.Tasks;
using DockerMigrator.Memory.Tracking.Spaces;
using DockerMigrator.Native.Memory;

namespace DockerMigrator.Memory.Tracking.SoftDirty;

/// <summary>
/// Has the kernel note writes in its soft-dirty bits. Reading and clearing them are two steps, so the container stands still
/// for the milliseconds that they take. What is new in an address space counts as dirty.
/// </summary>
/// <param name="freezer">The container's freezer.</param>
public sealed class SoftDirtyTracker(Freezer freezer) : IDirtyTracker
{
    private static readonly TimeSpan FreezeLimit = TimeSpan.FromSeconds(5);

    private readonly AddressSpaces<SoftDirtySpace> _spaces = new(identity => new SoftDirtySpace(identity));
    private readonly PageTable _table = new();

    /// <inheritdoc/>
    public string Name => TrackerNames.SoftDirty;

    /// <inheritdoc/>
    public TimeSpan LongestStop { get; private set; }

    /// <inheritdoc/>
    /// <exception cref="CriuException">The container does not freeze.</exception>
    public async Task<IReadOnlyList<PagesToSend>> ScanAsync(ContainerTasks tasks, CancellationToken cancellationToken)
    {
        // A container that is paused already is not ours to let go.
        var wasFrozen = freezer.IsFrozen;
        var start = Stopwatch.GetTimestamp();
        try
        {
            freezer.Freeze();
            await freezer.WaitUntilFrozenAsync(FreezeLimit, cancellationToken);
            return Scan(tasks, cancellationToken);
        }
        finally
        {
            if (!wasFrozen)
                freezer.Thaw();
            var stop = Stopwatch.GetElapsedTime(start);
            LongestStop = stop > LongestStop ? stop : LongestStop;
        }
    }

    /// <inheritdoc/>
    public FinalScan ScanFrozen(ContainerTasks tasks)
    {
        var dirty = new List<PagesToSend>();
        var layouts = new List<SpaceLayout>();
        foreach (var process in tasks.Processes)
        {
            if (!_spaces.TryFind(process, out var space) || TryRead(space) is not { } found)
                continue;
            if (found.Dirty.Count > 0)
                dirty.Add(space.ToSend(found.Dirty));
            if (found.Tracked.Count > 0)
                layouts.Add(space.ToLayout(process.Status.ContainerPid, found.Tracked, found.Present));
        }

        return new FinalScan(dirty, layouts);
    }

    /// <inheritdoc/>
    public void Dispose() => _spaces.Dispose();

    private List<PagesToSend> Scan(ContainerTasks tasks, CancellationToken cancellationToken)
    {
        var dirty = new List<PagesToSend>();
        try
        {
            _spaces.ForgetOthers(tasks);
            foreach (var process in tasks.Processes)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (_spaces.FindOrCreate(process) is not { } space || TryRead(space) is not { } found)
                    continue;
                space.IsReported = ClearReferences.TryClear(space.Identity.Task);
                if (found.Dirty.Count > 0)
                    dirty.Add(space.ToSend(found.Dirty));
            }

            return dirty;
        }
        catch
        {
            // What was found is lost with this scan, and the kernel has forgotten it.
            foreach (var space in _spaces.All)
                space.IsReported = false;
            throw;
        }
    }

    private FrozenSpace? TryRead(SoftDirtySpace space)
    {
        if (PageMap.TryOpen(space.Identity.Task) is not { } map)
            return null;
        using (map)
        {
            var found = new FrozenSpace([], [], []);
            foreach (var mapping in space.ReadMappings())
            {
                PageRanges.Append(found.Tracked, mapping);
                var isRead = _table.TryWalk(map, mapping, (page, entry) =>
                {
                    var range = new PageRange(page, page + PageRange.PageSize);
                    PageRanges.Append(found.Present, range);
                    if (entry.IsSoftDirty || !space.IsReported)
                        PageRanges.Append(found.Dirty, range);
                });
                if (!isRead)
                    return null;
            }

            return found;
        }
    }
}
