namespace DockerMigrator.Protocol.Messages;

/// <summary>The image follows as the stream of <c>docker save</c>.</summary>
/// <param name="Names">The names under which it is sent, of those in <see cref="Checked.ImageNames"/>; none sends it by ID.</param>
public sealed record ReceiveImage(IReadOnlyList<string> Names) : Request;
