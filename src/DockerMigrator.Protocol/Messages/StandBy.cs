namespace DockerMigrator.Protocol.Messages;

/// <summary>
/// Have Docker start the container as far as it gets without the images, which takes mounts, network and process set-up out of
/// the downtime. Files and pages go on arriving.
/// </summary>
/// <param name="IsLazy">Whether memory was sent beforehand and is to be put in place while the container runs already.</param>
public sealed record StandBy(bool IsLazy) : Request;
