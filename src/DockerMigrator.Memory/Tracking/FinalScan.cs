namespace DockerMigrator.Memory.Tracking;

/// <summary>What the last scan of a frozen container found.</summary>
/// <param name="Dirty">Pages that changed since the scan before, or were never reported.</param>
/// <param name="Layouts">All that is there: each present page was reported by this scan or an earlier one and has not changed since.</param>
public sealed record FinalScan(IReadOnlyList<PagesToSend> Dirty, IReadOnlyList<SpaceLayout> Layouts);
