namespace DockerMigrator.Protocol.Messages;

/// <summary>Answers <see cref="AskOutcome"/>.</summary>
/// <param name="Runs">
/// true: the target has committed and the container runs there. false: it was called off, or never heard of, and will
/// never run there.
/// </param>
/// <param name="Sentence">What the agent knows about it.</param>
public sealed record Outcome(bool Runs, string Sentence) : Reply;
