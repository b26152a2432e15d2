namespace DockerMigrator.Protocol.Messages;

/// <summary>Answers <see cref="Restore"/> and <see cref="HoldStart"/>: everything is there, and not one instruction has run.</summary>
public sealed record Held : Reply;
