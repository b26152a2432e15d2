namespace DockerMigrator.Protocol.Messages;

/// <summary>
/// Have Docker begin to start the container: it gets as far as it does without the images, while those are still being made. The
/// answer does not wait for it. The container's logs must have come before, since Docker opens them and trusts its own count from then on.
/// </summary>
public sealed record StandBy : Request;
