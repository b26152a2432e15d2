namespace DockerMigrator.Protocol.Messages;

/// <summary>A bind mount whose content is copied.</summary>
/// <param name="Destination">Where it is in the container.</param>
/// <param name="Source">The host path, the same on both hosts.</param>
/// <param name="IsFile">Whether it is a single file.</param>
public sealed record CopiedBind(string Destination, string Source, bool IsFile);
