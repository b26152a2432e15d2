namespace DockerMigrator.Protocol.Messages;

/// <summary>The image follows as the stream of <c>docker save</c>, without the empty blocks that end a tar archive.</summary>
/// <param name="Names">The names under which it is sent, of those in <see cref="Checked.ImageNames"/>; none sends it by ID.</param>
public sealed record ReceiveImage(IReadOnlyList<string> Names) : Request
{
    /// <summary>
    /// Files of the archive that are missing in it, of the layers in <see cref="Checked.KnownLayers"/>. If they cannot be supplied
    /// here, the answer says so (<see cref="Received.Incomplete"/>), and the image may be sent once more.
    /// </summary>
    public IReadOnlyList<MissingLayer> Missing { get; init; } = [];
}
