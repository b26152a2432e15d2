namespace DockerMigrator.Protocol.Messages;

/// <summary>
/// A round of memory pages follows, in the format of the page stream: as bulk data, which is empty if the pages come on data
/// connections, one page stream on each.
/// </summary>
/// <param name="Bytes">How much memory this round is about, in bytes: an upper bound of what it adds here.</param>
/// <param name="IsLast">Whether the container is frozen, so that the layouts of its address spaces come along.</param>
/// <param name="OnDataConnections">Whether the pages come on data connections.</param>
public sealed record ReceivePages(long Bytes, bool IsLast, bool OnDataConnections) : Request;
