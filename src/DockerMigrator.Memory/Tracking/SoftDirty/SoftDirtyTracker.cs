using System.Diagnostics;
using DockerMigrator.Criu.Errors;
using DockerMigrator.Criu.Tasks;
using DockerMigrator.Memory.Reading;
using DockerMigrator.Memory.Tracking.Spaces;
using DockerMigrator.Native.Memory;
using DockerMigrator.Native.Tasks;

namespace DockerMigrator.Memory.Tracking.SoftDirty;

/// <summary>
/// Has the kernel note writes in its soft-dirty bits. Reading and clearing them are two steps, so the container stands still
/// for the milliseconds that they take. What is new at its address counts as dirty, whatever its bit says; and so that
/// nothing else is read in between under the address of a page that has moved and comes back, pages are looked at before
/// and after they are read, too.
/// </summary>
public sealed class SoftDirtyTracker : IDirtyTracker, IPageWitness
{
    private readonly BriefFreeze _freeze;
    private readonly AddressSpaces<SoftDirtySpace> _spaces;
    private readonly PageTable _table = new();
    private readonly Dictionary<uint, SoftDirtySpace> _bySpace = [];

    /// <summary>A tracker of a container.</summary>
    /// <param name="freezer">The container's freezer.</param>
    /// <param name="guard">Lets it go on if this process is killed while it stands still; owned by the tracker.</param>
    public SoftDirtyTracker(Freezer freezer, FreezeGuard guard)
    {
        _freeze = new BriefFreeze(freezer, guard);
        _spaces = new AddressSpaces<SoftDirtySpace>(TryCreate);
    }

    /// <inheritdoc/>
    public string Name => TrackerNames.SoftDirty;

    /// <inheritdoc/>
    public TimeSpan LongestStop { get; private set; }

    /// <inheritdoc/>
    /// <exception cref="CriuException">The container does not freeze.</exception>
    public async Task<IReadOnlyList<PagesToSend>> ScanAsync(ContainerTasks tasks, CancellationToken cancellationToken)
    {
        var start = Stopwatch.GetTimestamp();
        try
        {
            return await _freeze.DoAsync(() => Scan(tasks, cancellationToken), cancellationToken);
        }
        finally
        {
            var stop = Stopwatch.GetElapsedTime(start);
            LongestStop = stop > LongestStop ? stop : LongestStop;
        }
    }

    /// <inheritdoc/>
    public FinalScan ScanFrozen(ContainerTasks tasks)
    {
        // Nothing moves any more.
        _bySpace.Clear();
        var dirty = new List<PagesToSend>();
        var layouts = new List<SpaceLayout>();
        foreach (var process in tasks.Processes)
        {
            if (!_spaces.TryFind(process, out var space) || TryRead(space, null) is not { } found)
                continue;
            if (found.Dirty.Count > 0)
                dirty.Add(space.ToSend(found.Dirty));
            if (found.Tracked.Count > 0)
                layouts.Add(space.ToLayout(process.Status.ContainerPid, found.Tracked, found.Present));
        }

        return new FinalScan(dirty, layouts);
    }

    /// <inheritdoc/>
    public void Reading(uint space, PageRange range)
    {
        // Not while a scan makes them anew.
        if (_bySpace.TryGetValue(space, out var known))
            known.ForgetMoved(range);
    }

    /// <inheritdoc/>
    public void Read(uint space, PageRange range, ReadOnlySpan<byte> content) => Reading(space, range);

    /// <inheritdoc/>
    public void Dispose()
    {
        _spaces.Dispose();
        _freeze.Dispose();
    }

    // The bits of memory that two processes share would be cleared by the scan of the one before that of the other.
    private SoftDirtySpace? TryCreate(SpaceIdentity identity) =>
        _spaces.All.Any(other => ProcessDescriptor.ShareMemory(other.Identity.Task, identity.Task)) ? null : new SoftDirtySpace(identity);

    private IReadOnlyList<PagesToSend> Scan(ContainerTasks tasks, CancellationToken cancellationToken)
    {
        var dirty = new List<PagesToSend>();
        try
        {
            _spaces.ForgetOthers(tasks);
            _bySpace.Clear();
            foreach (var process in tasks.Processes)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var places = new PageValues();
                if (_spaces.FindOrCreate(process) is not { } space || TryRead(space, places) is not { } found
                    || !ClearReferences.TryClear(space.Identity.Task))
                {
                    continue;
                }

                space.Places = places;
                _bySpace[space.Identity.Number] = space;
                if (found.Dirty.Count > 0)
                    dirty.Add(space.ToSend(found.Dirty));
            }

            return dirty;
        }
        catch
        {
            // What was found is lost with this scan, and the kernel has forgotten it.
            foreach (var space in _spaces.All)
                space.Places = new PageValues();
            throw;
        }
    }

    private FrozenSpace? TryRead(SoftDirtySpace space, PageValues? places)
    {
        var found = new FrozenSpace([], [], []);
        var mappings = space.ReadMappings();
        mappings.ForEach(mapping => PageRanges.Append(found.Tracked, mapping));
        foreach (var mapping in UsedMappings.Of(space.Identity.Task, mappings))
        {
            var isRead = _table.TryWalk(space.Map, mapping, (page, entry) =>
            {
                var range = new PageRange(page, page + PageRange.PageSize);
                PageRanges.Append(found.Present, range);
                if (entry.IsSoftDirty || entry.Place != space.Places[page])
                    PageRanges.Append(found.Dirty, range);
                if (places is not null)
                    places[page] = entry.Place;
            });
            if (!isRead)
                return null;
        }

        return found;
    }
}
