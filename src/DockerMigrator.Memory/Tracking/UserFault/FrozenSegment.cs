using System.Buffers;
using DockerMigrator.Native.Files;
using DockerMigrator.Native.Memory;

namespace DockerMigrator.Memory.Tracking.UserFault;

/// <summary>A part of a mapping of a frozen process, small enough to share the work out.</summary>
/// <param name="mapping">The mapping.</param>
/// <param name="part">The part.</param>
/// <param name="isTaken">Whether all of its pages have been taken once.</param>
internal sealed class FrozenSegment(PageRange mapping, PageRange part, bool isTaken)
{
    private const ulong MostBytes = 256 << 20;
    private const int RegionsInBuffer = 4096;

    /// <summary>The mapping.</summary>
    public PageRange Mapping => mapping;

    /// <summary>Why the scan failed.</summary>
    public Errno Error { get; private set; }

    /// <summary>Pages that are there.</summary>
    public List<PageRange> Present { get; } = [];

    /// <summary>Those of them that were written to, or never taken.</summary>
    public List<PageRange> Dirty { get; } = [];

    /// <summary>The segments of a mapping, ascending.</summary>
    /// <param name="mapping">The mapping.</param>
    /// <param name="taken">What has been taken.</param>
    public static IEnumerable<FrozenSegment> Divide(PageRange mapping, IReadOnlyList<PageRange> taken)
    {
        foreach (var (piece, isTaken) in PageRanges.Divide(mapping, taken))
        {
            for (var start = piece.Start; start < piece.End; start += Math.Min(MostBytes, piece.End - start))
                yield return new FrozenSegment(mapping, new PageRange(start, Math.Min(piece.End, start + MostBytes)), isTaken);
        }
    }

    /// <summary>Scans it.</summary>
    public void Scan(PageScan pages, PageScanRequest request)
    {
        var regions = ArrayPool<PageRegion>.Shared.Rent(RegionsInBuffer);
        for (var start = part.Start; start < part.End && Error == Errno.None;)
        {
            Error = pages.Find(request, start, part.End, regions, out var count, out start);
            foreach (var region in regions.AsSpan(0, count))
            {
                var range = new PageRange(region.Start, region.End);
                PageRanges.Append(Present, range);
                if (!isTaken || region.Categories.HasFlag(PageCategories.Written))
                    PageRanges.Append(Dirty, range);
            }
        }

        ArrayPool<PageRegion>.Shared.Return(regions);
    }
}
