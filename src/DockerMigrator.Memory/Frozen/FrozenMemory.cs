using DockerMigrator.Criu.Filtering;
using DockerMigrator.Criu.Tasks;
using DockerMigrator.Memory.Tracking;

namespace DockerMigrator.Memory.Frozen;

/// <summary>What is to happen to the memory of a frozen container: what still has to be sent, and what CRIU is not to dump.</summary>
/// <param name="Pages">Pages to send now.</param>
/// <param name="Layouts">What the target puts together out of all pages that were sent.</param>
/// <param name="Tasks">The frozen processes.</param>
/// <param name="HiddenSegments">Shared memory for CRIU to leave out, all of which is looked at once more while CRIU is at work.</param>
public sealed record FrozenMemory(
    IReadOnlyList<PagesToSend> Pages, IReadOnlyList<SpaceLayout> Layouts, ContainerTasks Tasks, IReadOnlyList<HiddenSegment> HiddenSegments)
{
    /// <summary>Memory for CRIU to leave out.</summary>
    public IEnumerable<HiddenRange> Hidden =>
        from layout in Layouts
        from range in layout.Tracked
        select new HiddenRange(layout.Pid, range.Start, range.End);

    /// <summary>Puts it together.</summary>
    /// <param name="scan">The last scan.</param>
    /// <param name="pending">Pages that the scan before it reported and that were not sent any more.</param>
    /// <param name="tasks">The frozen processes.</param>
    /// <param name="segments">Shared memory that scans have found.</param>
    public static FrozenMemory Of(FinalScan scan, IReadOnlyList<PagesToSend> pending, ContainerTasks tasks, IReadOnlyList<HiddenSegment> segments)
    {
        var processes = tasks.Processes.ToDictionary(process => process.Pid);
        var layouts = new List<SpaceLayout>();
        var pages = new List<PagesToSend>();
        foreach (var layout in scan.Layouts)
        {
            if (!processes.TryGetValue(layout.Pid, out var process) || LeftToCriu(process) is not { } left)
                continue;
            var mine = layout with
            {
                Tracked = PageRanges.Subtract(layout.Tracked, left),
                Present = PageRanges.Subtract(layout.Present, left),
            };
            var dirty = PageRanges.Union(RangesOf(scan.Dirty, layout.Space), RangesOf(pending, layout.Space));
            layouts.Add(mine);
            // What was reported and is gone since needs not be sent.
            pages.Add(new PagesToSend(layout.Space, layout.Pid, PageRanges.Intersect(dirty, mine.Present)));
        }

        return new FrozenMemory(pages, layouts, tasks, segments);
    }

    // Null if it is not known, and then all of the process's memory is.
    private static IReadOnlyList<PageRange>? LeftToCriu(ContainerProcess process) =>
        StackPages.Read(process) is { } stacks ? PageRanges.Union(stacks, LockedMappings.Read(process.Pid)) : null;

    private static IReadOnlyList<PageRange> RangesOf(IReadOnlyList<PagesToSend> all, uint space) =>
        all.FirstOrDefault(pages => pages.Space == space)?.Ranges ?? [];
}
