namespace DockerMigrator.Protocol.Messages;

/// <summary>Answers <see cref="CreateContainer"/>.</summary>
/// <param name="Id">The container's ID on the target.</param>
public sealed record ContainerCreated(string Id) : Reply;
