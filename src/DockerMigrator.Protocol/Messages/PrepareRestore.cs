namespace DockerMigrator.Protocol.Messages;

/// <summary>Make the memory-backed place for images and pages, before the first of them comes.</summary>
/// <param name="MemoryBytes">What the container has in memory now, in bytes.</param>
/// <param name="IsLazy">Whether memory is sent beforehand and is to be put in place while the container runs already.</param>
public sealed record PrepareRestore(long MemoryBytes, bool IsLazy) : Request;
