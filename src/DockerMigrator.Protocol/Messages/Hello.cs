namespace DockerMigrator.Protocol.Messages;

/// <summary>Opens the conversation. The agent refuses a <paramref name="Protocol"/> other than its own.</summary>
/// <param name="Version">The version of the program on the source, for messages to people.</param>
/// <param name="Protocol">The source's <see cref="ProtocolVersion.Current"/>.</param>
public sealed record Hello(string Version, int Protocol) : Request;
