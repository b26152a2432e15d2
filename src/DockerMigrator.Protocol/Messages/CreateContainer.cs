namespace DockerMigrator.Protocol.Messages;

/// <summary>Creates the volumes and the container, without starting it.</summary>
public sealed record CreateContainer : Request;
