namespace DockerMigrator.Protocol.Messages;

/// <summary>Calls the migration off: the agent removes everything that it made for it.</summary>
public sealed record Abort : Request;
