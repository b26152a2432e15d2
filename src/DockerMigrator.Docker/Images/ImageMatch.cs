namespace DockerMigrator.Docker.Images;

/// <summary>An image of the target that is the wanted one.</summary>
/// <param name="Id">Its ID there.</param>
/// <param name="Reference">What to create a container with: the name the source's container has it by if that means this image, else the ID.</param>
public sealed record ImageMatch(string Id, string Reference);
