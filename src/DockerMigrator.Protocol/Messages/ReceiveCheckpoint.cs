namespace DockerMigrator.Protocol.Messages;

/// <summary>The CRIU image files follow.</summary>
/// <param name="Bytes">Their size in all, for the memory-backed directory that takes them.</param>
public sealed record ReceiveCheckpoint(long Bytes) : Request
{
    /// <summary>Whether they hold all memory, so that pages which came before are not needed.</summary>
    public bool HasAllMemory { get; init; }
}
