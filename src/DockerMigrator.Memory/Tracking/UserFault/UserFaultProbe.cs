using DockerMigrator.Native.Files;
using DockerMigrator.Native.Memory;

namespace DockerMigrator.Memory.Tracking.UserFault;

/// <summary>Finds out whether the kernel can do what <see cref="UserFaultTracker"/> needs, by doing it to a page of our own.</summary>
internal static class UserFaultProbe
{
    private static readonly Lazy<bool> Guards = new(() => Scan(PageCategories.Guard) != Errno.EINVAL);

    /// <summary>Whether a scan can tell guard pages from others.</summary>
    public static bool KnowsGuards => Guards.Value;

    /// <summary>Whether it works.</summary>
    public static bool Works()
    {
        if (UserFaultDescriptor.Create(out var descriptor) != Errno.None || descriptor is null)
        {
            descriptor?.Dispose();
            return false;
        }

        using (descriptor)
        using (var memory = new AnonymousMemory(2 * PageRange.PageSize))
        using (var pages = PageScan.TryOpen(Environment.ProcessId))
        {
            memory.Content[0] = 1;
            return pages is not null && descriptor.Register(memory.Start, memory.End) == Errno.None
                && CountWritten(pages, memory) == 1 && CountWritten(pages, memory) == 0 && Touch(memory) && CountWritten(pages, memory) == 2;
        }
    }

    private static bool Touch(AnonymousMemory memory)
    {
        memory.Content[0] = 2;
        memory.Content[PageRange.PageSize] = 2;
        return true;
    }

    private static long CountWritten(PageScan pages, AnonymousMemory memory)
    {
        var request = new PageScanRequest(
            PageCategories.Written, PageCategories.Zero, PageCategories.Present | PageCategories.Swapped, PageCategories.Written, Protect: true);
        Span<PageRegion> regions = stackalloc PageRegion[2];
        if (pages.Find(request, memory.Start, memory.End, regions, out var count, out _) != Errno.None)
            return -1;
        var sum = 0L;
        foreach (var region in regions[..count])
            sum += (long)(region.End - region.Start) / PageRange.PageSize;
        return sum;
    }

    private static Errno Scan(PageCategories category)
    {
        using var memory = new AnonymousMemory(PageRange.PageSize);
        using var pages = PageScan.TryOpen(Environment.ProcessId);
        Span<PageRegion> regions = stackalloc PageRegion[1];
        var request = new PageScanRequest(category, PageCategories.None, PageCategories.None, category, Protect: false);
        return pages?.Find(request, memory.Start, memory.End, regions, out _, out _) ?? Errno.ENOENT;
    }
}
