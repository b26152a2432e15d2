using DockerMigrator.Criu.Errors;
using DockerMigrator.Criu.Tasks;
using DockerMigrator.Memory.Reading;
using DockerMigrator.Memory.Tracking.Spaces;
using DockerMigrator.Native.Memory;

namespace DockerMigrator.Memory.Tracking.Hashes;

/// <summary>
/// Reads all memory in each scan and compares it with what was sent: for kernels that can note no writes. It must see what is
/// sent (<see cref="IPageWitness"/>): a page read between two scans may have had a content that neither of them saw.
/// Pages that it has not seen being sent are reported again.
/// </summary>
public sealed class HashTracker : IDirtyTracker, IPageWitness
{
    private const int BatchBytes = 1 << 20;

    private readonly Lock _gate = new();
    private readonly AddressSpaces<HashSpace> _spaces = new(identity => new HashSpace(identity));
    private readonly PageTable _table = new();
    private readonly byte[] _buffer = new byte[BatchBytes];

    /// <inheritdoc/>
    public string Name => TrackerNames.Hash;

    /// <inheritdoc/>
    public bool KnowsContent => true;

    /// <inheritdoc/>
    public TimeSpan LongestStop => TimeSpan.Zero;

    /// <inheritdoc/>
    public Task<IReadOnlyList<PagesToSend>> ScanAsync(ContainerTasks tasks, CancellationToken cancellationToken) =>
        Task.Run(() => Scan(tasks, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    /// <exception cref="CriuException">A page cannot be read, although the container is frozen.</exception>
    public FinalScan ScanFrozen(ContainerTasks tasks)
    {
        var dirty = new List<PagesToSend>();
        var layouts = new List<SpaceLayout>();
        foreach (var process in tasks.Processes)
        {
            HashSpace? space;
            lock (_gate)
            {
                if (!_spaces.TryFind(process, out space))
                    continue;
            }

            var mappings = space.ReadMappings();
            if (ReadPresent(space, mappings) is not { } present)
                continue;
            var changed = FindChanged(space, present, isFrozen: true);
            if (changed.Count > 0)
                dirty.Add(space.ToSend(changed));
            var tracked = new List<PageRange>();
            mappings.ForEach(mapping => PageRanges.Append(tracked, mapping));
            if (tracked.Count > 0)
                layouts.Add(space.ToLayout(process.Status.ContainerPid, tracked, present));
        }

        return new FinalScan(dirty, layouts);
    }

    /// <inheritdoc/>
    public void Reading(uint space, PageRange range)
    {
        // What it holds is what counts.
    }

    /// <inheritdoc/>
    public void Read(uint space, PageRange range, ReadOnlySpan<byte> content)
    {
        lock (_gate)
        {
            if (_spaces.All.FirstOrDefault(known => known.Identity.Number == space) is not { } known)
                return;
            for (var page = range.Start; page < range.End; page += PageRange.PageSize)
            {
                known.Sent[page] = PageHash.Of(content[..PageRange.PageSize]);
                content = content[PageRange.PageSize..];
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _spaces.Dispose();

    private List<PagesToSend> ScanProcess(ContainerProcess process)
    {
        HashSpace? space;
        lock (_gate)
            space = _spaces.FindOrCreate(process);
        if (space is null || ReadPresent(space, space.ReadMappings()) is not { } present)
            return [];
        lock (_gate)
            space.Sent.ForgetOthers(present);
        var changed = FindChanged(space, present, isFrozen: false);
        return changed.Count > 0 ? [space.ToSend(changed)] : [];
    }

    private IReadOnlyList<PagesToSend> Scan(ContainerTasks tasks, CancellationToken cancellationToken)
    {
        var dirty = new List<PagesToSend>();
        lock (_gate)
            _spaces.ForgetOthers(tasks);
        foreach (var process in tasks.Processes)
        {
            cancellationToken.ThrowIfCancellationRequested();
            dirty.AddRange(ScanProcess(process));
        }

        return dirty;
    }

    private List<PageRange>? ReadPresent(HashSpace space, List<PageRange> mappings)
    {
        if (PageMap.TryOpen(space.Identity.Task) is not { } map)
            return null;
        using (map)
        {
            var present = new List<PageRange>();
            return UsedMappings.Of(space.Identity.Task, mappings).All(mapping => _table.TryWalk(
                map, mapping, (page, _) => PageRanges.Append(present, new PageRange(page, page + PageRange.PageSize))))
                ? present
                : null;
        }
    }

    private List<PageRange> FindChanged(HashSpace space, List<PageRange> present, bool isFrozen)
    {
        var changed = new List<PageRange>();
        using var reader = new PageReader(space.ToSend(present), isFrozen);
        while (reader.ReadNext(_buffer))
        {
            var content = _buffer.AsSpan();
            lock (_gate)
            {
                foreach (var range in reader.Ranges)
                {
                    for (var page = range.Start; page < range.End; page += PageRange.PageSize)
                    {
                        if (space.Sent[page] != PageHash.Of(content[..PageRange.PageSize]))
                            PageRanges.Append(changed, new PageRange(page, page + PageRange.PageSize));
                        content = content[PageRange.PageSize..];
                    }
                }
            }
        }

        return changed;
    }
}
