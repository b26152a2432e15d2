namespace DockerMigrator.Protocol.Messages;

/// <summary>
/// Have Docker start the container as far as it gets without the images, which takes mounts, network and process set-up out of
/// the downtime. Files and pages go on arriving.
/// </summary>
public sealed record StandBy : Request;
