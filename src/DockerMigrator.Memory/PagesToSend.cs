using DockerMigrator.Memory.Sharing;

namespace DockerMigrator.Memory;

/// <summary>Pages of one address space, or of one segment of shared memory, that are to be read and sent.</summary>
/// <param name="Space">
/// Number of the address space, unique in a migration and never used again, also not after an exec; of a segment, see
/// <see cref="SegmentLayout.FirstSpace"/>.
/// </param>
/// <param name="Pid">Host PID of a process that has it; 0 for a segment.</param>
/// <param name="Ranges">Sorted, not overlapping.</param>
public sealed record PagesToSend(uint Space, int Pid, IReadOnlyList<PageRange> Ranges)
{
    /// <summary>The segment; null for an address space.</summary>
    public SharedSegment? Segment { get; init; }
}
