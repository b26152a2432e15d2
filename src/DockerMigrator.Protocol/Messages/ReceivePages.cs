namespace DockerMigrator.Protocol.Messages;

/// <summary>A round of memory pages follows, in the format of the page stream.</summary>
/// <param name="Bytes">How much memory this round is about, in bytes: an upper bound of what it adds here.</param>
/// <param name="IsLast">Whether the container is frozen, so that the layouts of its address spaces come along.</param>
public sealed record ReceivePages(long Bytes, bool IsLast) : Request;
