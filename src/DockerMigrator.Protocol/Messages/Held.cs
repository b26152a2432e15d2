namespace DockerMigrator.Protocol.Messages;

/// <summary>Answers <see cref="Restore"/>: everything is restored, and not one instruction has run.</summary>
public sealed record Held : Reply;
