namespace DockerMigrator.Protocol.Messages;

/// <summary>A layer that is missing in an image's archive.</summary>
/// <param name="Name">Its file there.</param>
/// <param name="DiffId">The digest of its content, not compressed.</param>
public sealed record MissingLayer(string Name, string DiffId);
