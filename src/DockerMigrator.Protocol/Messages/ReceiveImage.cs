namespace DockerMigrator.Protocol.Messages;

/// <summary>The image follows as the stream of <c>docker save</c>.</summary>
public sealed record ReceiveImage : Request;
