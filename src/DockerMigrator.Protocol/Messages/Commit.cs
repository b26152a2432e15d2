namespace DockerMigrator.Protocol.Messages;

/// <summary>The decision: from here on the container belongs to the target. Sent once, after <see cref="Held"/>.</summary>
public sealed record Commit : Request;
