using System.IO.Hashing;
using DockerMigrator.Criu.Tasks;
using DockerMigrator.Memory.Reading;
using DockerMigrator.Memory.Tracking.Spaces;

namespace DockerMigrator.Memory.Tracking.Hashing;

/// <summary>
/// Finds changed memory by reading all of it and comparing hashes (XxHash3) with those of what was sent: slower than asking the kernel,
/// in the freeze as well, but it needs nothing of it.
/// </summary>
/// <remarks>A page counts as changed until it has been sent as it is: the hash is that of the content that went out.</remarks>
public sealed class HashTracker : IDirtyTracker, IPageWitness
{
    private const int BufferBytes = 1 << 20;

    private readonly AddressSpaces<HashedSpace> _spaces = new(identity => new HashedSpace(identity));
    private readonly Dictionary<uint, HashedSpace> _byNumber = [];
    private readonly byte[] _buffer = new byte[BufferBytes];

    /// <inheritdoc/>
    public string Name => TrackerNames.Hash;

    /// <inheritdoc/>
    public Task<IReadOnlyList<PagesToSend>> ScanAsync(ContainerTasks tasks, CancellationToken cancellationToken) => Task.Factory.StartNew(
        () => Scan(tasks, cancellationToken), cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <inheritdoc/>
    public FinalScan ScanFrozen(ContainerTasks tasks)
    {
        var dirty = new List<PagesToSend>();
        var layouts = new List<SpaceLayout>();
        foreach (var process in tasks.Processes)
        {
            if (process.IsForeign || process.Status.IsDead || !_spaces.TryFind(process, out var space))
                continue;
            var tracked = space.ReadMappings();
            var present = tracked.SelectMany(mapping => PresentPages.Find(space.Identity.Task, mapping)).ToList();
            dirty.Add(space.ToSend(FindChanged(space, present, isFrozen: true, CancellationToken.None)));
            layouts.Add(space.ToLayout(process.Status.ContainerPid, tracked, present));
        }

        return new FinalScan(dirty, layouts);
    }

    /// <inheritdoc/>
    public void Read(uint space, PageRange range, ReadOnlySpan<byte> content)
    {
        lock (_byNumber)
        {
            if (!_byNumber.TryGetValue(space, out var hashed))
                return;
            var page = range.Start / PageRange.PageSize;
            for (var offset = 0; offset < content.Length; offset += PageRange.PageSize)
                hashed.Sent[page++] = XxHash3.HashToUInt64(content.Slice(offset, PageRange.PageSize));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _spaces.Dispose();

    private IReadOnlyList<PagesToSend> Scan(ContainerTasks tasks, CancellationToken cancellationToken)
    {
        _spaces.ForgetOthers(tasks);
        var pages = new List<PagesToSend>();
        foreach (var process in tasks.Processes.Where(process => !process.Status.IsDead))
        {
            if (_spaces.FindOrCreate(process) is not { } space)
                continue;
            var present = space.ReadMappings().SelectMany(mapping => PresentPages.Find(space.Identity.Task, mapping)).ToList();
            var changed = FindChanged(space, present, isFrozen: false, cancellationToken);
            if (changed.Count > 0)
                pages.Add(space.ToSend(changed));
        }

        lock (_byNumber)
        {
            _byNumber.Clear();
            foreach (var space in _spaces.All)
                _byNumber.Add(space.Identity.Number, space);
        }

        return pages;
    }

    private List<PageRange> FindChanged(HashedSpace space, List<PageRange> present, bool isFrozen, CancellationToken cancellationToken)
    {
        var changed = new List<PageRange>();
        using var reader = new PageReader(space.ToSend(present), isFrozen);
        while (reader.ReadNext(_buffer))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var offset = 0;
            foreach (var range in reader.Ranges)
            {
                for (var page = range.Start; page < range.End; page += PageRange.PageSize, offset += PageRange.PageSize)
                {
                    if (!space.Sent.TryGetValue(page / PageRange.PageSize, out var sent) || sent != XxHash3.HashToUInt64(_buffer.AsSpan(offset, PageRange.PageSize)))
                        PageRanges.Append(changed, new PageRange(page, page + PageRange.PageSize));
                }
            }
        }

        return changed;
    }
}
