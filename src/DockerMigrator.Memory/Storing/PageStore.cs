using System.Collections.Concurrent;
using DockerMigrator.Memory.Sharing;

namespace DockerMigrator.Memory.Storing;

/// <summary>
/// Pages that the source sends while the container runs, by address space and segment of shared memory, each as it came last. Several connections may
/// write at once, though not the same page: which of two came last is for the protocol to say.
/// </summary>
public sealed class PageStore(string directory) : IDisposable
{
    // An address space costs a file and a descriptor; no container that CRIU could restore has more processes.
    private const int MostSpaces = 1 << 15;

    private const ulong MostZeroPages = 1 << 24; // of 64 GiB: their bits alone take 2 MiB

    private readonly ConcurrentDictionary<uint, Lazy<StoredSpace>> _spaces = new();
    private readonly ConcurrentDictionary<uint, Lazy<StoredSegment>> _segments = new();

    /// <summary>Where the pages are: memory, if a tmpfs is mounted there.</summary>
    public string Directory { get; } = directory;

    /// <summary>How many bytes of pages are stored.</summary>
    public long Bytes =>
        (_spaces.Values.Sum(space => space.Value.Data.Count()) + _segments.Values.Sum(segment => segment.Value.Data.Count())) * PageRange.PageSize;

    /// <summary>Numbers of the address spaces of which something is stored, in order.</summary>
    public IReadOnlyList<uint> Spaces => [.. _spaces.Keys.Order()];

    /// <summary>Stores pages of an address space in place of what came before.</summary>
    /// <param name="space">Number of the address space.</param>
    /// <param name="address">Address of the first.</param>
    /// <param name="pages">Their contents.</param>
    /// <exception cref="PageStoreException">There is no room for them, or they are no pages.</exception>
    public void Write(uint space, ulong address, ReadOnlySpan<byte> pages)
    {
        if (SegmentLayout.IsSegment(space))
            GetOrCreateSegment(space).Write(address, pages);
        else
            GetOrCreate(space).Write(address, pages);
    }

    /// <summary>Stores pages of zeros in place of what came before; they take no room.</summary>
    /// <exception cref="PageStoreException">They are no pages.</exception>
    public void WriteZero(uint space, ulong address, ulong pageCount)
    {
        if (pageCount > MostZeroPages)
            throw new PageStoreException($"The source sent memory that cannot be: {pageCount} pages of zeros.");
        if (SegmentLayout.IsSegment(space))
            GetOrCreateSegment(space).WriteZero(address, pageCount * PageRange.PageSize);
        else
            GetOrCreate(space).WriteZero(address, pageCount * PageRange.PageSize);
    }

    /// <summary>Gives back the memory of an address space that is no more. Nobody may be writing to it.</summary>
    public void Forget(uint space)
    {
        if (_spaces.TryRemove(space, out var stored))
            stored.Value.Delete();
    }

    /// <summary>What is stored of an address space; null if nothing is.</summary>
    public StoredSpace? Find(uint space) => _spaces.TryGetValue(space, out var stored) ? stored.Value : null;

    /// <summary>Takes a segment out, for the caller to dispose of; null if nothing of it is stored.</summary>
    public StoredSegment? TakeSegment(uint space) => _segments.TryRemove(space, out var stored) ? stored.Value : null;

    /// <summary>
    /// Makes sure that all the pages that the container has came, and forgets address spaces and segments that it does not have any more.
    /// </summary>
    /// <exception cref="PageStoreException">A page is missing: the container must not be restored.</exception>
    public void Finish(IReadOnlyList<SpaceLayout> layouts, IReadOnlyList<SegmentLayout> segments)
    {
        foreach (var layout in segments)
        {
            CheckOrder(layout.Present);
            var received = _segments.TryGetValue(layout.Space, out var stored) ? stored.Value.Received : null;
            if (FindMissing(received, layout.Present) is { } missing)
                throw new PageStoreException($"Not all of the container's shared memory {layout.Id} arrived: a page at {missing:x} is missing.");
        }

        foreach (var layout in layouts)
        {
            CheckOrder(layout.Present);
            if (FindMissing(Find(layout.Space)?.Received, layout.Present) is { } missing)
                throw new PageStoreException($"Not all memory of process {layout.ContainerPid} of the container arrived: a page at {missing:x} is missing.");
        }

        var kept = layouts.Select(layout => layout.Space).ToHashSet();
        foreach (var space in Spaces.Where(space => !kept.Contains(space)))
            Forget(space);
        foreach (var space in _segments.Keys.Except(segments.Select(layout => layout.Space)).ToList())
            TakeSegment(space)?.Delete();
    }

    /// <summary>
    /// Gives back pages that the container does not have any more, though it has the address space. Takes its time, and can
    /// wait until the container runs.
    /// </summary>
    public void Trim(IReadOnlyList<SpaceLayout> layouts)
    {
        foreach (var group in layouts.GroupBy(layout => layout.Space))
        {
            if (Find(group.Key) is not { } stored)
                continue;
            var unwanted = new PageBitmap();
            foreach (var range in stored.Data.All())
                unwanted.Set(range);
            foreach (var range in group.SelectMany(layout => layout.Present))
                unwanted.Clear(range);
            foreach (var range in unwanted.All())
                stored.Drop(range);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var space in _spaces.Values.Where(space => space.IsValueCreated))
            space.Value.Dispose();
        foreach (var segment in _segments.Values.Where(segment => segment.IsValueCreated))
            segment.Value.Dispose();
    }

    // A layout comes over the network, too.
    private static void CheckOrder(IReadOnlyList<PageRange> present)
    {
        ulong end = 0;
        foreach (var range in present)
        {
            if (range.Start < end || range.End <= range.Start || range.End > StoredSpace.AddressLimit || (range.Start | range.End) % PageRange.PageSize != 0)
                throw new PageStoreException("The source described the container's memory in a way that cannot be.");
            end = range.End;
        }
    }

    private static ulong? FindMissing(PageBitmap? received, IReadOnlyList<PageRange> present)
    {
        foreach (var range in present)
        {
            if ((received is null ? range.Start : received.FindMissing(range)) is { } missing)
                return missing;
        }

        return null;
    }

    private StoredSegment GetOrCreateSegment(uint space)
    {
        if (_segments.TryGetValue(space, out var known))
            return known.Value;
        if (_segments.Count >= MostSpaces)
            throw new PageStoreException($"The source sent more than {MostSpaces} segments of shared memory.");
        return _segments.GetOrAdd(space, number => new Lazy<StoredSegment>(() => StoredSegment.Create(Directory, number))).Value;
    }

    private StoredSpace GetOrCreate(uint space)
    {
        if (_spaces.TryGetValue(space, out var known))
            return known.Value;
        if (_spaces.Count >= MostSpaces)
            throw new PageStoreException($"The source sent memory of more than {MostSpaces} processes.");
        return _spaces.GetOrAdd(space, number => new Lazy<StoredSpace>(() => StoredSpace.Create(Directory, number))).Value;
    }
}
