namespace DockerMigrator.Docker.Images;

/// <summary>What a transfer brought to the target.</summary>
/// <param name="Match">The image.</param>
/// <param name="AddedReferences">Names (or the ID, if it has none) that were not there before: removing them undoes the transfer.</param>
public sealed record LoadedImage(ImageMatch Match, IReadOnlyList<string> AddedReferences);
