using DockerMigrator.Memory.Tracking.Spaces;
using DockerMigrator.Native.Files;
using DockerMigrator.Native.Memory;

namespace DockerMigrator.Memory.Tracking.UserFault;

/// <summary>Asks the kernel for the written pages of registered mappings, one mapping at a time.</summary>
/// <remarks>
/// <para>
/// A mapping that came into being since the last scan is not registered, which fails its scan, even if one at the same place
/// was: so it is registered and all of it reported. Pages that are not there are not protected, since that would take memory
/// for page tables; when they come into being they count as written.
/// </para>
/// <para>
/// A scan changes nothing but that: pages are protected when they are taken, right before they are read. Until then, the process
/// writes to them at no cost, and it may as often as it likes.
/// </para>
/// </remarks>
internal sealed class UserFaultScanner
{
    private const PageCategories Exists = PageCategories.Present | PageCategories.Swapped;

    private readonly PageRegion[] _regions = new PageRegion[8192];
    private readonly PageScanRequest _written;
    private readonly PageScanRequest _existing;
    private readonly PageScanRequest _frozen;

    public UserFaultScanner()
    {
        var absent = PageCategories.Zero | (UserFaultProbe.KnowsGuards ? PageCategories.Guard : PageCategories.None);
        _written = new PageScanRequest(PageCategories.Written, absent, Exists, PageCategories.Written, Protect: false);
        _existing = new PageScanRequest(PageCategories.None, absent, Exists, PageCategories.None, Protect: false);
        _frozen = new PageScanRequest(PageCategories.None, absent, Exists, PageCategories.Written, Protect: false);
    }

    /// <summary>Finds the pages of a running process that were written to since they were taken, or never taken.</summary>
    public List<PageRange> Scan(UserFaultSpace space)
    {
        var dirty = new List<PageRange>();
        var seen = new List<PageRange>();
        var taken = new List<PageRange>();
        if (PageScan.TryOpen(space.Identity.Task) is not { } pages)
            return dirty;
        using (pages)
        {
            foreach (var mapping in space.ReadMappings())
            {
                if (TryScan(space.Taken, pages, mapping, protect: false, dirty))
                {
                    foreach (var (piece, _) in PageRanges.Divide(mapping, space.Taken).Where(piece => piece.IsInSet))
                        PageRanges.Append(taken, piece);
                }
                else if (space.Descriptor.Register(mapping.Start, mapping.End) != Errno.None || !TryScan([], pages, mapping, protect: false, dirty))
                {
                    continue;
                }

                seen.Add(mapping);
            }
        }

        (space.Mappings, space.Taken) = (seen, taken);
        return dirty;
    }

    /// <summary>Finds the same within a part of what the last scan looked at, and protects it.</summary>
    public List<PageRange> Take(UserFaultSpace space, PageRange part)
    {
        var dirty = new List<PageRange>();
        var taken = new List<PageRange>();
        if (PageScan.TryOpen(space.Identity.Task) is not { } pages)
            return dirty;
        using (pages)
        {
            foreach (var (piece, isMapping) in PageRanges.Divide(part, space.Mappings))
            {
                // Where a mapping is not what it was, what may have been protected is not told: the next scan reports all of it.
                if (isMapping && TryScan(space.Taken, pages, piece, protect: true, dirty))
                    PageRanges.Append(taken, piece);
            }
        }

        space.Taken = PageRanges.Union(PageRanges.Subtract(space.Taken, [part]), taken);
        return dirty;
    }

    /// <summary>Finds what a frozen process has; changes nothing. All processors help: each present page is looked at.</summary>
    public FrozenSpace ScanFrozen(UserFaultSpace space)
    {
        var found = new FrozenSpace([], [], []);
        if (PageScan.TryOpen(space.Identity.Task) is not { } pages)
            return found;
        using (pages)
        {
            var mappings = space.ReadMappings();
            var segments = mappings.SelectMany(mapping => FrozenSegment.Divide(mapping, space.Taken)).ToArray();
            Parallel.ForEach(segments, segment => segment.Scan(pages, _frozen));
            foreach (var mapping in segments.GroupBy(segment => segment.Mapping))
                Collect(mapping.Key, [.. mapping], found);
        }

        return found;
    }

    // If it fails, nothing is found.
    private bool TryScan(IReadOnlyList<PageRange> taken, PageScan pages, PageRange part, bool protect, List<PageRange> dirty)
    {
        var found = dirty.Count;
        var last = found > 0 ? dirty[^1] : default;
        foreach (var (piece, isTaken) in PageRanges.Divide(part, taken))
        {
            var request = (isTaken ? _written : _existing) with { Protect = protect };
            for (var start = piece.Start; start < piece.End;)
            {
                if (pages.Find(request, start, piece.End, _regions, out var count, out start) != Errno.None)
                {
                    dirty.RemoveRange(found, dirty.Count - found);
                    if (found > 0)
                        dirty[^1] = last;
                    return false;
                }

                foreach (var region in _regions.AsSpan(0, count))
                    PageRanges.Append(dirty, new PageRange(region.Start, region.End));
            }
        }

        return true;
    }

    private static void Collect(PageRange mapping, FrozenSegment[] segments, FrozenSpace found)
    {
        // Not registered: a whole mapping always is, or is not.
        if (segments.Any(segment => segment.Error != Errno.None))
            return;
        PageRanges.Append(found.Tracked, mapping);
        foreach (var segment in segments)
        {
            segment.Present.ForEach(range => PageRanges.Append(found.Present, range));
            segment.Dirty.ForEach(range => PageRanges.Append(found.Dirty, range));
        }
    }
}
