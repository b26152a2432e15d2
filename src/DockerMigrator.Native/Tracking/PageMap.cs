using System.Runtime.InteropServices;
using System.Text;
using DockerMigrator.Native.Files;

namespace DockerMigrator.Native.Tracking;

/// <summary>
/// A process's <c>/proc/PID/pagemap</c>, asked by ioctl(PAGEMAP_SCAN) (since Linux 6.7). To be opened anew for each scan: after an
/// exec an older one still shows the old address space.
/// </summary>
public sealed unsafe class PageMap : IDisposable
{
    private const ulong ScanRequest = 0xc0606610; // _IOWR('f', 16, struct pm_scan_arg)
    private const ulong Protect = 1; // PM_SCAN_WP_MATCHING
    private const ulong OnlyTracked = 2; // PM_SCAN_CHECK_WPASYNC: an error where write-protection is not asynchronous
    private const int BatchSize = 4096;

    private const PageCategories Never = PageCategories.File | PageCategories.Zero;

    // Kernels before 6.15 know no guards.
    private static bool s_knowsGuards = true;

    private readonly FileDescriptor _file;

    private PageMap(FileDescriptor file) => _file = file;

    /// <summary>Opens that of a process; null if it is gone.</summary>
    public static PageMap? TryOpen(int process)
    {
        var error = FileCalls.Open(Encoding.ASCII.GetBytes($"/proc/{process}/pagemap"), OpenFlags.None, out var file);
        if (error == Errno.None)
            return new PageMap(file);
        file.Dispose();
        return null;
    }

    /// <summary>
    /// Finds the pages of a tracked range that were written since the last call, and begins to watch them anew, in one atomic step
    /// for each page. Pages that do not exist are not touched.
    /// </summary>
    /// <param name="start">First address.</param>
    /// <param name="end">First address behind the range.</param>
    /// <param name="found">Gets the pages.</param>
    /// <returns>
    /// EPERM if a part of the range is not tracked. Then pages of another part may be watched anew already without having been told:
    /// the whole range must be taken by <see cref="TakeAll"/>.
    /// </returns>
    public Errno TakeWritten(ulong start, ulong end, List<PageRegion> found) =>
        Scan(start, end, Protect | OnlyTracked, PageCategories.Written, PageCategories.None, found);

    /// <summary>Finds all pages of a tracked range, written or not, and begins to watch them anew.</summary>
    /// <inheritdoc cref="TakeWritten"/>
    public Errno TakeAll(ulong start, ulong end, List<PageRegion> found) =>
        Scan(start, end, Protect | OnlyTracked, PageCategories.None, PageCategories.None, found);

    /// <summary>Finds all pages of a tracked range, and which of them were written, and changes nothing.</summary>
    /// <inheritdoc cref="TakeWritten"/>
    public Errno Find(ulong start, ulong end, List<PageRegion> found) =>
        Scan(start, end, OnlyTracked, PageCategories.None, PageCategories.Written, found);

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private Errno Scan(ulong start, ulong end, ulong flags, PageCategories wanted, PageCategories told, List<PageRegion> found)
    {
        var regions = stackalloc PageRegion[BatchSize];
        while (start < end)
        {
            var never = s_knowsGuards ? Never | PageCategories.Guard : Never;
            var request = new Request
            {
                Size = (ulong)sizeof(Request),
                Flags = flags,
                Start = start,
                End = end,
                Vector = (ulong)regions,
                VectorLength = BatchSize,
                Inverted = never,
                Mask = never | wanted,
                AnyOf = PageCategories.Present | PageCategories.Swapped,
                Returned = told,
            };
            var count = TrackingInterop.Ioctl(_file, ScanRequest, &request);
            if (count < 0)
            {
                var error = (Errno)Marshal.GetLastPInvokeError();
                if (error == Errno.EINTR)
                    continue;
                if (error == Errno.EINVAL && s_knowsGuards)
                {
                    s_knowsGuards = false;
                    continue;
                }

                return error;
            }

            for (var i = 0; i < count; i++)
                found.Add(regions[i]);
            if (request.WalkEnd <= start)
                return Errno.EIO;
            start = request.WalkEnd;
        }

        return Errno.None;
    }

    // struct pm_scan_arg
    private struct Request
    {
        public ulong Size, Flags, Start, End, WalkEnd, Vector, VectorLength, MaxPages;
        public PageCategories Inverted, Mask, AnyOf, Returned;
    }
}
