namespace DockerMigrator.Memory;

/// <summary>Pages of one address space that are to be read and sent.</summary>
/// <param name="Space">Number of the address space, unique in a migration and never used again, also not after an exec.</param>
/// <param name="Pid">Host PID of a process that has it.</param>
/// <param name="Ranges">Sorted, not overlapping.</param>
public sealed record PagesToSend(uint Space, int Pid, IReadOnlyList<PageRange> Ranges);
