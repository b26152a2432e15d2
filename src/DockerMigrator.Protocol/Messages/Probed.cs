namespace DockerMigrator.Protocol.Messages;

/// <summary>Answers <see cref="ProbeVolume"/>.</summary>
/// <param name="IsSeen">Whether the file is there.</param>
public sealed record Probed(bool IsSeen) : Reply;
