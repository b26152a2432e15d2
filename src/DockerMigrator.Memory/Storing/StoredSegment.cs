using System.Collections.Concurrent;
using DockerMigrator.Native.Files;

namespace DockerMigrator.Memory.Storing;

/// <summary>
/// The pages of one segment of shared memory, in a file in the order in which they first came: CRIU restores from such a file, so
/// that nothing needs to be copied while the container is frozen. May be written from several threads at once, though not the same page.
/// </summary>
public sealed class StoredSegment : IDisposable
{
    private const int PagesInBlock = 512;

    private readonly Lock _gate = new();
    private readonly FileDescriptor _file;
    private readonly string _path;

    // Which page is at a place of the file, and the other way round (place + 1, by blocks of pages; 0: the page has none).
    private readonly List<ulong> _pages = [];
    private readonly ConcurrentDictionary<ulong, int[]> _places = new();

    private StoredSegment(string path, FileDescriptor file) => (_path, _file) = (path, file);

    /// <summary>Pages that ever came, also those that are zeros.</summary>
    public PageBitmap Received { get; } = new();

    /// <summary>Pages that the file holds: those that came and are not known as zeros.</summary>
    public PageBitmap Data { get; } = new();

    /// <summary>Makes the file.</summary>
    /// <exception cref="PageStoreException">It cannot be made, or is there already.</exception>
    public static StoredSegment Create(string directory, uint space)
    {
        var name = $"segment-{space}";
        return new StoredSegment(Path.Combine(directory, name), StoreFile.Open(directory, name, OpenFlags.Create | OpenFlags.Exclusive));
    }

    /// <summary>Stores pages in place of what came before.</summary>
    /// <exception cref="PageStoreException">There is no room for them, or they are no pages.</exception>
    public void Write(ulong address, ReadOnlySpan<byte> pages)
    {
        var range = StoreFile.Check(address, (ulong)pages.Length);
        GivePlaces(range);
        foreach (var (place, count) in Runs(range))
        {
            var length = count * PageRange.PageSize;
            StoreFile.Check(FileCalls.Write(_file, pages[..length], OffsetOf(place)), "stored");
            pages = pages[length..];
        }

        Data.Set(range);
        Received.Set(range);
    }

    /// <summary>Stores pages of zeros in place of what came before; they take no room.</summary>
    /// <exception cref="PageStoreException">They are no pages.</exception>
    public void WriteZero(ulong address, ulong bytes)
    {
        var range = StoreFile.Check(address, bytes);
        foreach (var stored in Data.Within(range))
        {
            foreach (var (place, count) in Runs(stored))
                StoreFile.Check(FileCalls.PunchHole(_file, OffsetOf(place), (long)count * PageRange.PageSize), "given back");
        }

        Data.Clear(range);
        Received.Set(range);
    }

    /// <summary>Leaves nothing in the file but pages of a set. Nobody may be writing.</summary>
    /// <returns>Which pages the file holds now, in its order.</returns>
    /// <exception cref="PageStoreException">The file cannot be changed.</exception>
    public IReadOnlyList<PageRange> Pack(IReadOnlyList<PageRange> wanted)
    {
        var kept = new PageBitmap();
        foreach (var range in wanted)
        {
            foreach (var stored in Data.Within(range))
                kept.Set(stored);
        }

        // Nearly always there is nothing else.
        if (kept.Count() < _pages.Count)
            Pack(kept);
        var runs = new List<PageRange>();
        foreach (var page in _pages)
        {
            if (runs.Count > 0 && runs[^1].End == page)
                runs[^1] = runs[^1] with { End = page + PageRange.PageSize };
            else
                runs.Add(new PageRange(page, page + PageRange.PageSize));
        }

        return runs;
    }

    /// <summary>Gives the file away, under another name.</summary>
    /// <exception cref="IOException">It cannot be renamed.</exception>
    public void MoveTo(string path)
    {
        Dispose();
        File.Move(_path, path, overwrite: true);
    }

    /// <summary>Removes the file.</summary>
    public void Delete()
    {
        Dispose();
        File.Delete(_path);
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private static long OffsetOf(int place) => (long)place * PageRange.PageSize;

    private static ulong BlockOf(ulong page) => page / PageRange.PageSize / PagesInBlock;

    private ref int PlaceOf(ulong page) =>
        ref _places.GetOrAdd(BlockOf(page), static _ => new int[PagesInBlock])[(int)(page / PageRange.PageSize % PagesInBlock)];

    private void GivePlaces(PageRange range)
    {
        for (var page = range.Start; page < range.End; page += PageRange.PageSize)
        {
            ref var place = ref PlaceOf(page);
            if (place != 0)
                continue;
            lock (_gate)
            {
                _pages.Add(page);
                place = _pages.Count;
            }
        }
    }

    // The places of pages that have one each, as far as they follow one another.
    private IEnumerable<(int Place, int Count)> Runs(PageRange range)
    {
        for (var page = range.Start; page < range.End;)
        {
            var first = PlaceOf(page);
            var count = 0;
            for (; page < range.End && PlaceOf(page) == first + count; page += PageRange.PageSize)
                count++;
            yield return (first - 1, count);
        }
    }

    // The last page takes the place of one that is not wanted.
    private void Pack(PageBitmap kept)
    {
        Span<byte> buffer = stackalloc byte[PageRange.PageSize];
        for (var place = 0; place < _pages.Count; place++)
        {
            if (Has(kept, _pages[place]))
                continue;
            while (_pages.Count > place + 1 && !Has(kept, _pages[^1]))
                _pages.RemoveAt(_pages.Count - 1);
            var last = _pages.Count - 1;
            if (last > place)
            {
                StoreFile.Check(FileCalls.Read(_file, buffer, OffsetOf(last), out var count), "read");
                // A file in memory is never read in part; its end may be a hole.
                buffer[count..].Clear();
                StoreFile.Check(FileCalls.Write(_file, buffer, OffsetOf(place)), "stored");
                _pages[place] = _pages[last];
                PlaceOf(_pages[place]) = place + 1;
            }

            _pages.RemoveAt(last);
        }

        StoreFile.Check(FileCalls.Truncate(_file, OffsetOf(_pages.Count)), "given back");
    }

    private static bool Has(PageBitmap set, ulong page) => set.FindMissing(new PageRange(page, page + PageRange.PageSize)) is null;
}
