namespace DockerMigrator.Memory;

/// <summary>What the frozen container has in one address space, of the memory that the tracker looks after.</summary>
/// <param name="Space">Number of the address space.</param>
/// <param name="Pid">Host PID of a process that has it.</param>
/// <param name="ContainerPid">PID of that process as the container sees it, which CRIU names its images by.</param>
/// <param name="Tracked">Whole mappings that the tracker looks after: CRIU need not dump a page of them. Sorted, not overlapping.</param>
/// <param name="Present">Pages in them that the process has (a page that is missing here reads as zeros). Sorted, not overlapping.</param>
public sealed record SpaceLayout(uint Space, int Pid, int ContainerPid, IReadOnlyList<PageRange> Tracked, IReadOnlyList<PageRange> Present);
