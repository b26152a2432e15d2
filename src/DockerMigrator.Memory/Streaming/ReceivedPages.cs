using DockerMigrator.Memory.Sharing;

namespace DockerMigrator.Memory.Streaming;

/// <summary>What came in a page stream besides pages.</summary>
/// <param name="Pages">Number of pages that came, those of zeros included.</param>
/// <param name="Layouts">Layouts, in order of address space; empty in a stream of a round before the last. Host PIDs are 0: they mean nothing here.</param>
/// <param name="Segments">Layouts of shared memory, likewise.</param>
public sealed record ReceivedPages(long Pages, IReadOnlyList<SpaceLayout> Layouts, IReadOnlyList<SegmentLayout> Segments);
