namespace DockerMigrator.Criu.Filtering;

/// <summary>Memory of a process that CRIU is not to dump, since it was sent already.</summary>
/// <param name="Pid">The process, as CRIU on the host sees it.</param>
/// <param name="Start">First address, a multiple of the page size.</param>
/// <param name="End">First address behind it.</param>
public readonly record struct HiddenRange(int Pid, ulong Start, ulong End);
