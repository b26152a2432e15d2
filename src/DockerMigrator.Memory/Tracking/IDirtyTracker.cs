using DockerMigrator.Criu.Tasks;

namespace DockerMigrator.Memory.Tracking;

/// <summary>
/// Finds out which pages of a container's private anonymous memory change while it runs. What a tracker cannot look after
/// (a mapping of another kind, a process that will not be tracked) it leaves out: CRIU dumps that in the freeze, as ever.
/// </summary>
/// <remarks>
/// A page that a scan reports may be read after the scan returns, once it was taken: whatever is written to it later is reported by a later scan.
/// Processes may fork, exec and end, and mappings come, go and move, at any moment, also in the middle of a scan.
/// </remarks>
public interface IDirtyTracker : IDisposable
{
    /// <summary>Its name as users know it: <c>uffd-wp</c>, <c>soft-dirty</c>, <c>hash</c>.</summary>
    string Name { get; }

    /// <summary>Whether it knows what was sent, so that a page which holds that still is never reported.</summary>
    bool KnowsContent => false;

    /// <summary>The longest that a process has stood still for it so far.</summary>
    TimeSpan LongestStop { get; }

    /// <summary>
    /// While the container runs: the present pages that changed since the last scan; those never reported before are all among them.
    /// </summary>
    /// <param name="tasks">The container's processes a moment ago. Foreign ones are left out.</param>
    /// <param name="cancellationToken">Ends the scan between two processes.</param>
    Task<IReadOnlyList<PagesToSend>> ScanAsync(ContainerTasks tasks, CancellationToken cancellationToken);

    /// <summary>
    /// Pages of the last scan are about to be read: what has been written to them until now needs no report any more. Who takes them late, one
    /// piece after the other, sends little twice. Never called for two pieces at once, nor during a scan.
    /// </summary>
    /// <param name="piece">Some of the pages of an address space; of no segment.</param>
    /// <returns>What is to be read: those of the pages that are there still, and what else has been written to between them.</returns>
    IReadOnlyList<PageRange> Take(PagesToSend piece) => piece.Ranges;

    /// <summary>The last scan, of a frozen container. Attaches to nothing: a frozen task cannot be traced.</summary>
    /// <param name="tasks">The container's processes, exactly.</param>
    FinalScan ScanFrozen(ContainerTasks tasks);
}
