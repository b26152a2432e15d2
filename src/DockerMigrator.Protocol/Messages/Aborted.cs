namespace DockerMigrator.Protocol.Messages;

/// <summary>The migration is called off and the target is clean.</summary>
/// <param name="Leftovers">What could not be removed, a sentence each.</param>
public sealed record Aborted(IReadOnlyList<string> Leftovers) : Reply;
