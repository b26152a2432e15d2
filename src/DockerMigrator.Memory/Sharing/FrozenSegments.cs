namespace DockerMigrator.Memory.Sharing;

/// <summary>What the last look at shared memory found.</summary>
/// <param name="Dirty">Pages that are not as they were sent.</param>
/// <param name="Layouts">All that is there.</param>
public sealed record FrozenSegments(IReadOnlyList<PagesToSend> Dirty, IReadOnlyList<SegmentLayout> Layouts);
