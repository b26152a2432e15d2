namespace DockerMigrator.Memory;

/// <summary>What the frozen container has in one address space, of the pages that were sent and not dumped by CRIU.</summary>
/// <param name="Space">Number of the address space.</param>
/// <param name="Pid">PID of its process as the container sees it, which CRIU names its images by.</param>
/// <param name="Present">Pages that the process has (a page that is missing here reads as zeros), sorted, not overlapping.</param>
public sealed record SpaceLayout(uint Space, int Pid, IReadOnlyList<PageRange> Present);
