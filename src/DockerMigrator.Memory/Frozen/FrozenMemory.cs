using DockerMigrator.Criu.Errors;
using DockerMigrator.Criu.Filtering;
using DockerMigrator.Criu.Tasks;
using DockerMigrator.Memory.Sharing;
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
    /// <param name="method">How CRIU is kept from dumping what is sent.</param>
    public static FrozenMemory Of(
        FinalScan scan, IReadOnlyList<PagesToSend> pending, ContainerTasks tasks, IReadOnlyList<HiddenSegment> segments, DumpMethod method)
    {
        var processes = tasks.Processes.ToDictionary(process => process.Pid);
        var layouts = new List<SpaceLayout>();
        var pages = new List<PagesToSend>();
        foreach (var layout in scan.Layouts)
        {
            if (!processes.TryGetValue(layout.Pid, out var process) || LeftToCriu(process, method) is not { } left)
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

    /// <summary>Whether CRIU has dumped none of this memory, or nothing worth speaking of.</summary>
    /// <param name="dump">What it dumped.</param>
    public bool IsLeftOutOf(IReadOnlyList<DumpedPages> dump) => Layouts.All(layout =>
        dump.FirstOrDefault(pages => pages.ContainerPid == layout.ContainerPid) is not { } pages || PageRanges.Intersect(pages.Written, layout.Tracked).Count == 0);

    /// <summary>
    /// What is to be sent besides this because CRIU left it out, and did so of its own accord: it leaves out private memory without
    /// asking who looks after it.
    /// </summary>
    /// <param name="dump">What it dumped.</param>
    /// <param name="tasks">The frozen processes.</param>
    /// <exception cref="CriuException">It is not known whose memory that is.</exception>
    public FrozenMemory Missing(IReadOnlyList<DumpedPages> dump, ContainerTasks tasks)
    {
        var layouts = Layouts.ToDictionary(layout => layout.ContainerPid);
        var processes = tasks.Processes.ToLookup(process => process.Status.ContainerPid);
        var pages = new List<PagesToSend>();
        foreach (var dumped in dump)
        {
            var known = layouts.GetValueOrDefault(dumped.ContainerPid);
            var missing = PageRanges.Subtract(dumped.LeftOut, known?.Present ?? []);
            if (missing.Count == 0)
                continue;
            if (processes[dumped.ContainerPid].Take(2).ToList() is not [var process])
                throw new CriuException($"CRIU left out memory of process {dumped.ContainerPid} of the container, and it cannot be told which process of this host that is.");
            // Trackers number from below, and segments from FirstSpace on.
            known ??= new SpaceLayout(SegmentLayout.FirstSpace - 1 - (uint)pages.Count, process.Pid, dumped.ContainerPid, [], []);
            layouts[dumped.ContainerPid] = known with { Tracked = PageRanges.Union(known.Tracked, missing), Present = PageRanges.Union(known.Present, missing) };
            pages.Add(new PagesToSend(known.Space, known.Pid, missing));
        }

        return new FrozenMemory(pages, [.. layouts.Values], tasks, HiddenSegments);
    }

    // Null if it is not known, and then all of the process's memory is. What CRIU leaves out by its own means has stacks in it, and no
    // locked memory.
    private static IReadOnlyList<PageRange>? LeftToCriu(ContainerProcess process, DumpMethod method) =>
        method == DumpMethod.LazyPages ? LockedMappings.Read(process.Pid)
        : StackPages.Read(process) is { } stacks ? PageRanges.Union(stacks, LockedMappings.Read(process.Pid))
        : null;

    private static IReadOnlyList<PageRange> RangesOf(IReadOnlyList<PagesToSend> all, uint space) =>
        all.FirstOrDefault(pages => pages.Space == space)?.Ranges ?? [];
}
