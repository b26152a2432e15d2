namespace DockerMigrator.Protocol.Messages;

/// <summary>
/// Asks, on a new connection, what became of a migration whose connection broke. If nothing was decided yet, the agent
/// decides to abort before it answers, so that the answer is final.
/// </summary>
/// <param name="MigrationId">As in <see cref="CheckTarget"/>.</param>
public sealed record AskOutcome(string MigrationId) : Request;
