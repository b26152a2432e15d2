using DockerMigrator.Memory.Tracking.Spaces;
using DockerMigrator.Native.Files;
using DockerMigrator.Native.Memory;

namespace DockerMigrator.Memory.Tracking.UserFault;

/// <summary>Asks the kernel for the written pages of registered mappings, one mapping at a time.</summary>
/// <remarks>
/// A mapping that came into being since the last scan is not registered, which fails its scan, even if one at the same place
/// was: so it is registered and all of it reported. Pages that are not there are not protected, since that would take memory
/// for page tables; when they come into being they count as written.
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
        _written = new PageScanRequest(PageCategories.Written, absent, Exists, PageCategories.Written, Protect: true);
        _existing = new PageScanRequest(PageCategories.None, absent, Exists, PageCategories.None, Protect: true);
        _frozen = new PageScanRequest(PageCategories.None, absent, Exists, PageCategories.Written, Protect: false);
    }

    /// <summary>Finds the pages written to since the last scan of a running process, or never reported, and protects them.</summary>
    public List<PageRange> Scan(UserFaultSpace space)
    {
        var dirty = new List<PageRange>();
        var reported = new List<PageRange>();
        if (PageScan.TryOpen(space.Identity.Task) is not { } pages)
            return dirty;
        using (pages)
        {
            foreach (var mapping in space.ReadMappings())
            {
                if (ScanMapping(space, pages, mapping, dirty))
                    PageRanges.Append(reported, mapping);
            }
        }

        space.Reported = reported;
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
            var segments = mappings.SelectMany(mapping => FrozenSegment.Divide(mapping, space.Reported)).ToArray();
            Parallel.ForEach(segments, segment => segment.Scan(pages, _frozen));
            foreach (var mapping in segments.GroupBy(segment => segment.Mapping))
                Collect(mapping.Key, [.. mapping], found);
        }

        return found;
    }

    // Whether all present pages of the mapping have now been reported.
    private bool ScanMapping(UserFaultSpace space, PageScan pages, PageRange mapping, List<PageRange> dirty)
    {
        var found = dirty.Count;
        var last = found > 0 ? dirty[^1] : default;
        if (TryScan(space.Reported, pages, mapping, dirty))
            return true;
        // What the failed scan found is a part of what is found now.
        dirty.RemoveRange(found, dirty.Count - found);
        if (found > 0)
            dirty[^1] = last;
        return space.Descriptor.Register(mapping.Start, mapping.End) == Errno.None && TryScan([], pages, mapping, dirty);
    }

    private bool TryScan(IReadOnlyList<PageRange> reported, PageScan pages, PageRange mapping, List<PageRange> dirty)
    {
        foreach (var (piece, isReported) in PageRanges.Divide(mapping, reported))
        {
            for (var start = piece.Start; start < piece.End;)
            {
                if (pages.Find(isReported ? _written : _existing, start, piece.End, _regions, out var count, out start) != Errno.None)
                    return false;
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
