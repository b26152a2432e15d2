namespace DockerMigrator.Memory.Tracking.Spaces;

/// <summary>What a scan of a frozen address space found.</summary>
/// <param name="Tracked">Mappings of which all writes are known.</param>
/// <param name="Present">Pages in them.</param>
/// <param name="Dirty">Those of the pages that were written to since the last scan, or never reported.</param>
internal sealed record FrozenSpace(List<PageRange> Tracked, List<PageRange> Present, List<PageRange> Dirty);
