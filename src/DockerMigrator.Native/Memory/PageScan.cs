using System.Runtime.InteropServices;
using System.Text;
using DockerMigrator.Native.Files;

namespace DockerMigrator.Native.Memory;

/// <summary>
/// <c>ioctl(PAGEMAP_SCAN)</c> on the page table of a process (kernel 6.7 on). A mapping that is not registered for
/// asynchronous write protection fails a scan with EPERM: there, the kernel knows of no writes.
/// </summary>
public sealed unsafe class PageScan : IDisposable
{
    private const nuint ScanRequest = 0xc0606610;
    private const ulong ProtectMatching = 1; // PM_SCAN_WP_MATCHING
    private const ulong CheckRegistered = 2; // PM_SCAN_CHECK_WPASYNC

    private readonly FileDescriptor _pageMap;

    private PageScan(FileDescriptor pageMap) => _pageMap = pageMap;

    /// <summary>
    /// Opens the page table of the address space that a process has now; after an exec it has another. Null if it is gone.
    /// </summary>
    /// <param name="pid">Any thread of the process.</param>
    public static PageScan? TryOpen(int pid) =>
        FileCalls.Open(Encoding.ASCII.GetBytes($"/proc/{pid}/pagemap"), OpenFlags.None, out var file) == Errno.None ? new PageScan(file) : null;

    /// <summary>Finds pages.</summary>
    /// <param name="request">Which.</param>
    /// <param name="start">First address.</param>
    /// <param name="end">Address behind the last.</param>
    /// <param name="regions">For what is found, at least one; when it is full, the scan is to go on from <paramref name="next"/>.</param>
    /// <param name="count">Number of regions found.</param>
    /// <param name="next">How far the scan came.</param>
    /// <returns>
    /// EPERM: not registered. EINVAL: the kernel does not know one of the categories. After a failure, pages may have been
    /// protected that are not told.
    /// </returns>
    public Errno Find(in PageScanRequest request, ulong start, ulong end, Span<PageRegion> regions, out int count, out ulong next)
    {
        fixed (PageRegion* vector = regions)
        {
            var argument = new Argument
            {
                Size = (ulong)sizeof(Argument),
                Flags = CheckRegistered | (request.Protect ? ProtectMatching : 0),
                Start = start,
                End = end,
                Vector = (ulong)vector,
                VectorLength = (ulong)regions.Length,
                Inverted = request.Forbidden,
                Required = request.Required | request.Forbidden,
                AnyOf = request.AnyOf,
                Returned = request.Returned,
            };
            int result;
            while ((result = FileInterop.Ioctl(_pageMap.Number, ScanRequest, &argument)) < 0 && FileCalls.Last() == Errno.EINTR)
            {
            }

            count = Math.Max(result, 0);
            // The kernel's walk_end is not to be trusted: it works in portions of 512 regions and tells where the first one
            // ended, even if it came to the end (seen with 6.18).
            next = count < regions.Length ? end : regions[count - 1].End;
            return FileCalls.Check(result);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _pageMap.Dispose();

    // struct pm_scan_arg
    [StructLayout(LayoutKind.Sequential)]
    private struct Argument
    {
        public ulong Size;
        public ulong Flags;
        public ulong Start;
        public ulong End;
        public ulong WalkEnd; // told, see above
        public ulong Vector;
        public ulong VectorLength;
        public ulong MaximalPages;
        public PageCategories Inverted;
        public PageCategories Required;
        public PageCategories AnyOf;
        public PageCategories Returned;
    }
}
