using DockerMigrator.Criu.Images;
using DockerMigrator.Memory.Storing;

namespace DockerMigrator.Memory.Composing;

/// <summary>
/// Brings together what CRIU dumped of a process and what was sent before: the entries of its new image, in order of address.
/// </summary>
/// <remarks>
/// Where both have a page, CRIU's is taken: it is of the frozen process, and it is there only because somebody changed his mind
/// about who looks after it. An entry of CRIU's that promises pages for later (a dump for lazy pages) is filled from the store.
/// </remarks>
public sealed class PagemapMerge
{
    private readonly List<MergedEntry> _entries = [];
    private readonly List<PageRange> _lazy = [];

    private PagemapMerge()
    {
    }

    /// <summary>The entries, in order.</summary>
    public IReadOnlyList<MergedEntry> Entries => _entries;

    /// <summary>Stored pages that are to be delivered while the process runs: none that is zeros, and no stretch in two mappings.</summary>
    public IReadOnlyList<PageRange> Lazy => _lazy;

    /// <summary>Whether the file of pages must be written anew.</summary>
    public bool ChangesPages => _entries.Any(entry => entry is { IsStored: true, IsPresent: true });

    /// <summary>
    /// The entry of pages that CRIU dumped, as one of pages that it restores itself: it says "lazy" of each page that could be, and
    /// would wait for somebody to deliver it.
    /// </summary>
    /// <exception cref="PageStoreException">CRIU has not dumped them.</exception>
    public static PagemapEntry AtOnce(PagemapEntry entry)
    {
        if (!entry.Flags.HasFlag(PagemapFlags.Present))
            throw new PageStoreException($"CRIU left out memory at {entry.Start:x} that nobody sent before.");
        return entry.Flags.HasFlag(PagemapFlags.Lazy) ? entry with { Flags = PagemapFlags.Present, Encoded = null } : entry;
    }

    /// <summary>Merges.</summary>
    /// <param name="existing">CRIU's entries, in order.</param>
    /// <param name="mappings">The process's mappings, in order.</param>
    /// <param name="layout">What the process has of the memory that was sent before.</param>
    /// <param name="data">Pages that the store holds.</param>
    /// <param name="canBeLazy">In which mappings pages may come after the restore.</param>
    /// <exception cref="PageStoreException">The dump and the layout do not fit together.</exception>
    public static PagemapMerge Of(
        IReadOnlyList<PagemapEntry> existing, IReadOnlyList<MappingEntry> mappings, SpaceLayout layout, PageBitmap data, Predicate<MappingEntry> canBeLazy)
    {
        var merge = new PagemapMerge();
        merge.Merge(existing, [.. Pieces(mappings, layout)], data, canBeLazy);
        return merge;
    }

    private void Merge(IReadOnlyList<PagemapEntry> existing, IReadOnlyList<(PageRange Range, MappingEntry Mapping)> pieces, PageBitmap data, Predicate<MappingEntry> canBeLazy)
    {
        var next = 0;
        foreach (var (range, mapping) in pieces)
        {
            var rest = range;
            while (rest.Start < rest.End)
            {
                while (next < existing.Count && existing[next].End <= rest.Start)
                    AddExisting(existing[next++], pieces);
                var until = next < existing.Count && existing[next].Start < rest.End ? existing[next].Start : rest.End;
                if (until > rest.Start)
                {
                    AddStored(rest with { End = until }, data, canBeLazy(mapping));
                    rest = rest with { Start = until };
                    continue;
                }

                var covered = rest with { End = Math.Min(existing[next].End, rest.End) };
                if (!existing[next].Flags.HasFlag(PagemapFlags.Present))
                    AddStored(covered, data, canBeLazy(mapping));
                rest = rest with { Start = covered.End };
            }
        }

        while (next < existing.Count)
            AddExisting(existing[next++], pieces);
    }

    private void AddExisting(PagemapEntry entry, IReadOnlyList<(PageRange Range, MappingEntry Mapping)> pieces)
    {
        if (entry.Flags.HasFlag(PagemapFlags.Parent))
            throw new PageStoreException("CRIU's images build upon earlier ones, which were not asked for.");
        if (entry.Flags.HasFlag(PagemapFlags.Present))
        {
            _entries.Add(new MergedEntry(AtOnce(entry), IsStored: false));
            return;
        }

        // Its pages have entries of their own: not all that CRIU promises can be kept while the process runs.
        EnsurePromiseIsKept(entry, pieces);
    }

    private void AddStored(PageRange range, PageBitmap data, bool lazy)
    {
        if (lazy)
        {
            _lazy.AddRange(data.Within(range));
            AddEntry(range, PagemapFlags.Lazy);
            return;
        }

        foreach (var stored in data.Within(range))
            AddEntry(stored, PagemapFlags.Present);
    }

    private void AddEntry(PageRange range, PagemapFlags flags) =>
        _entries.Add(new MergedEntry(new PagemapEntry(range.Start, (ulong)range.Pages, flags), IsStored: true));

    private static void EnsurePromiseIsKept(PagemapEntry entry, IReadOnlyList<(PageRange Range, MappingEntry Mapping)> pieces)
    {
        var address = entry.Start;
        for (var i = FirstBehind(pieces, address); i < pieces.Count && pieces[i].Range.Start <= address && address < entry.End; i++)
            address = pieces[i].Range.End;
        if (address < entry.End)
            throw new PageStoreException($"CRIU left out memory at {address:x} that nobody sent before.");
    }

    private static int FirstBehind(IReadOnlyList<(PageRange Range, MappingEntry Mapping)> pieces, ulong address)
    {
        int low = 0, high = pieces.Count;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (pieces[middle].Range.End <= address)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }

    // The process's pages, cut where its mappings meet; without those that the kernel may drop, which CRIU does not restore.
    private static IEnumerable<(PageRange Range, MappingEntry Mapping)> Pieces(IReadOnlyList<MappingEntry> mappings, SpaceLayout layout)
    {
        var next = 0;
        foreach (var range in layout.Present)
        {
            for (var start = range.Start; start < range.End;)
            {
                while (next < mappings.Count && mappings[next].End <= start)
                    next++;
                if (next == mappings.Count || mappings[next].Start > start || mappings[next] is { IsPrivateAnonymous: false, IsDroppable: false })
                    throw new PageStoreException($"CRIU and the source disagree about the memory of process {layout.ContainerPid} of the container at {start:x}.");
                var end = Math.Min(range.End, mappings[next].End);
                if (!mappings[next].IsDroppable)
                    yield return (new PageRange(start, end), mappings[next]);
                start = end;
            }
        }
    }
}
