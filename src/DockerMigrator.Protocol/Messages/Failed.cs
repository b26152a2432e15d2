namespace DockerMigrator.Protocol.Messages;

/// <summary>The request failed. The migration can only be aborted now.</summary>
/// <param name="Sentence">What failed on the target and why.</param>
public sealed record Failed(string Sentence) : Reply;
