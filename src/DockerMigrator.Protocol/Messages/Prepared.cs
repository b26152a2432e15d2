namespace DockerMigrator.Protocol.Messages;

/// <summary>The place for images and pages is there.</summary>
public sealed record Prepared : Reply;
