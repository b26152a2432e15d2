namespace DockerMigrator.Protocol.Messages;

/// <summary>
/// After <see cref="Running"/>: the target gives the container its restart policy and lets go of what the migration
/// needed. Not part of the downtime. An agent that loses the source after the commit does it unasked.
/// </summary>
public sealed record Settle : Request;
