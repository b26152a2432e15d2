namespace DockerMigrator.Protocol.Messages;

/// <summary>Answers <see cref="Commit"/>: the container runs here.</summary>
public sealed record Running : Reply;
