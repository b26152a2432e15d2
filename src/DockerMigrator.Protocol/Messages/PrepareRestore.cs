namespace DockerMigrator.Protocol.Messages;

/// <summary>Make the memory-backed place for images and pages, before the first of them comes.</summary>
/// <param name="MemoryBytes">What the container has in memory now, in bytes.</param>
public sealed record PrepareRestore(long MemoryBytes) : Request;
