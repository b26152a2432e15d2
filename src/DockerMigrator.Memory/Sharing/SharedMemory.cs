using System.Collections.Concurrent;
using DockerMigrator.Criu.Filtering;
using DockerMigrator.Criu.Tasks;
using DockerMigrator.Memory.Reading;
using DockerMigrator.Memory.Tracking.Hashes;

namespace DockerMigrator.Memory.Sharing;

/// <summary>
/// Finds out which pages of the memory that a container's processes share change while it runs. Any process may write them, through
/// any mapping or by write(2), so no page table tells: the content is compared with what was sent, by hashes.
/// </summary>
/// <remarks>
/// It must see what is sent (<see cref="IPageWitness"/>): a page read between two scans may have had a content that neither of them saw.
/// </remarks>
public sealed class SharedMemory : IPageWitness, IDisposable
{
    // By inode. Only scans change it, and nothing is sent during a scan.
    private readonly Dictionary<ulong, TrackedSegment> _segments = [];
    private readonly ConcurrentDictionary<uint, TrackedSegment> _byNumber = [];
    private uint _nextNumber = SegmentLayout.FirstSpace;

    /// <summary>
    /// Bytes of the memory that a container's processes share, whether they have touched it or not: after a restore they have not.
    /// </summary>
    public static long Measure(ContainerTasks tasks)
    {
        var bytes = 0L;
        foreach (var segment in SegmentFinder.Find(tasks).Values)
        {
            using (segment)
                bytes += segment.AllocatedBytes;
        }

        return bytes;
    }

    /// <summary>The segments that CRIU is not to dump: those that a scan has found. What came later it dumps as ever.</summary>
    public IReadOnlyList<HiddenSegment> Hidden => [.. _segments.Values.Select(tracked => tracked.Segment.ToHide)];

    /// <summary>While the container runs: pages that are not as they were sent, or never were.</summary>
    /// <param name="tasks">The container's processes a moment ago.</param>
    /// <param name="cancellationToken">Ends the scan early.</param>
    public Task<IReadOnlyList<PagesToSend>> ScanAsync(ContainerTasks tasks, CancellationToken cancellationToken) =>
        Task.Run(() => Scan(tasks, cancellationToken), cancellationToken);

    /// <summary>
    /// The last look, at the frozen container, of what is <see cref="Hidden"/>. Takes as long as reading all of it does, on all
    /// processors; CRIU may be at work meanwhile.
    /// </summary>
    public Task<FrozenSegments> ScanFrozenAsync(ContainerTasks tasks, CancellationToken cancellationToken) =>
        Task.Run(() => ScanFrozen(tasks, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public void Reading(uint space, PageRange range)
    {
        // What it holds is what counts.
    }

    /// <inheritdoc/>
    public void Read(uint space, PageRange range, ReadOnlySpan<byte> content)
    {
        if (!_byNumber.TryGetValue(space, out var tracked))
            return;
        for (var page = range.Start; page < range.End; page += PageRange.PageSize)
        {
            tracked.Sent[page] = PageHash.Of(content[..PageRange.PageSize]);
            content = content[PageRange.PageSize..];
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var tracked in _segments.Values)
            tracked.Dispose();
        _segments.Clear();
        _byNumber.Clear();
    }

    private IReadOnlyList<PagesToSend> Scan(ContainerTasks tasks, CancellationToken cancellationToken)
    {
        var found = SegmentFinder.Find(tasks);
        foreach (var inode in _segments.Keys.Where(inode => !found.ContainsKey(inode)).ToList())
            Forget(inode);
        foreach (var (inode, segment) in found)
        {
            if (_segments.TryGetValue(inode, out var known))
                known.Replace(segment);
            else
                Add(inode, segment);
        }

        var pages = new List<PagesToSend>();
        foreach (var tracked in _segments.Values)
        {
            var (_, changed) = tracked.Scan(processors: 1, cancellationToken);
            if (changed.Count > 0)
                pages.Add(ToSend(tracked, changed));
        }

        return pages;
    }

    private FrozenSegments ScanFrozen(ContainerTasks tasks, CancellationToken cancellationToken)
    {
        foreach (var (inode, segment) in SegmentFinder.Find(tasks))
        {
            if (_segments.TryGetValue(inode, out var known))
                known.Replace(segment);
            else
                segment.Dispose();
        }

        var pages = new List<PagesToSend>();
        var layouts = new List<SegmentLayout>();
        // Also those that were not found again: of a System V segment that nobody is attached to any more, CRIU knows even so.
        foreach (var (inode, tracked) in _segments)
        {
            var (present, changed) = tracked.Scan(Environment.ProcessorCount, cancellationToken);
            layouts.Add(new SegmentLayout(tracked.Number, inode, present));
            if (changed.Count > 0)
                pages.Add(ToSend(tracked, changed));
        }

        return new FrozenSegments(pages, layouts);
    }

    private static PagesToSend ToSend(TrackedSegment tracked, IReadOnlyList<PageRange> ranges) => new(tracked.Number, 0, ranges) { Segment = tracked.Segment };

    private void Add(ulong inode, SharedSegment segment)
    {
        var tracked = new TrackedSegment(_nextNumber++, segment);
        _segments.Add(inode, tracked);
        _byNumber[tracked.Number] = tracked;
    }

    private void Forget(ulong inode)
    {
        if (!_segments.Remove(inode, out var tracked))
            return;
        _byNumber.TryRemove(tracked.Number, out _);
        tracked.Dispose();
    }
}
