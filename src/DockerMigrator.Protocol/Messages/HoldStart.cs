namespace DockerMigrator.Protocol.Messages;

/// <summary>
/// In place of <see cref="Restore"/> when the container is started anew: all its files are here, it can be started by <see cref="Commit"/>
/// and by nothing else.
/// </summary>
public sealed record HoldStart : Request;
