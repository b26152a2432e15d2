using System.Globalization;
using DockerMigrator.Criu.Tasks;
using DockerMigrator.Native.Memory;

namespace DockerMigrator.Memory.Tracking.Spaces;

/// <summary>
/// The mappings in which a process has anything, for those who would look at each page: a page that is not there takes as long as
/// one that is, and what Java, Go and V8 reserve of addresses is a thousand times what they use.
/// </summary>
internal static class UsedMappings
{
    // Below this, asking takes longer than looking.
    private const long Reserved = 1L << 30;
    private const long ReservedRatio = 4;

    /// <summary>Of these mappings of a process, those that have pages; or all, where leaving some out would save no time.</summary>
    /// <param name="pid">The process, which stands still, or else will be looked at again.</param>
    /// <param name="mappings">Its mappings, sorted.</param>
    public static IReadOnlyList<PageRange> Of(int pid, IReadOnlyList<PageRange> mappings)
    {
        var reserved = mappings.Sum(mapping => mapping.Bytes);
        if (reserved < Reserved || reserved < ReservedRatio * ReadResident(pid) || MappingDetails.TryRead(pid) is not { } all)
            return mappings;
        var used = new List<PageRange>();
        ulong end = 0;
        foreach (var mapping in all)
        {
            // As in maps: what grows or merges meanwhile may be told of twice.
            var range = new PageRange(Math.Max(mapping.Start, end), mapping.End);
            if (range.Start >= range.End)
                continue;
            end = range.End;
            if (mapping.HasPages)
                PageRanges.Append(used, range);
        }

        return PageRanges.Intersect(mappings, used);
    }

    // The second number of statm; 0 if the process is gone.
    private static long ReadResident(int pid) =>
        ProcFile.TryRead($"/proc/{pid}/statm")?.Split(' ') is [_, var pages, ..] && long.TryParse(pages, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            ? count * PageRange.PageSize
            : 0;
}
