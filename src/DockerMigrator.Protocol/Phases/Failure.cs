namespace DockerMigrator.Protocol.Phases;

/// <summary>Why a migration did not go on.</summary>
/// <param name="Sentence">What failed, on which host, and why.</param>
/// <param name="Cancelled">Whether the user asked for it.</param>
public sealed record Failure(string Sentence, bool Cancelled = false);
