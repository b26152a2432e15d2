namespace DockerMigrator.Protocol.Messages;

/// <summary>Restores the container up to the point where it would run on, and holds it there.</summary>
/// <param name="CloseConnections">Whether established TCP connections are closed, as their addresses do not come along.</param>
public sealed record Restore(bool CloseConnections) : Request;
