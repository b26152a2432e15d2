namespace DockerMigrator.Protocol.Messages;

/// <summary>The container's log files follow.</summary>
/// <param name="SourceId">The container's ID on the source, which is part of the files' names.</param>
public sealed record ReceiveLogs(string SourceId) : Request;
