namespace DockerMigrator.Docker.Rules;

/// <summary>A container that is on the target already.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Ports">The host's ports that it has now.</param>
public sealed record TargetContainer(string Name, IReadOnlyList<PublishedPort> Ports);
