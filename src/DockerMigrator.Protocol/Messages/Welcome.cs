namespace DockerMigrator.Protocol.Messages;

/// <summary>Answers <see cref="Hello"/>.</summary>
/// <param name="Version">The version of the agent.</param>
/// <param name="Protocol">Its <see cref="ProtocolVersion.Current"/>.</param>
/// <param name="Host">The target's host name as it calls itself.</param>
public sealed record Welcome(string Version, int Protocol, string Host) : Reply;
