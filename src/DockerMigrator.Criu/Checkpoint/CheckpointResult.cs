using DockerMigrator.Criu.Images;

namespace DockerMigrator.Criu.Checkpoint;

/// <summary>A finished dump.</summary>
/// <param name="Elapsed">From the start of runc to its end.</param>
/// <param name="Statistics">What CRIU measured.</param>
/// <param name="Files">The images.</param>
public sealed record CheckpointResult(TimeSpan Elapsed, DumpStatistics Statistics, IReadOnlyList<ImageFile> Files);
