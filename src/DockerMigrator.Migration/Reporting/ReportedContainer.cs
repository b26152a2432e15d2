namespace DockerMigrator.Migration.Reporting;

/// <summary>The container in a report.</summary>
/// <param name="Name">Its name, without a slash.</param>
/// <param name="SourceId">Its ID on the source.</param>
/// <param name="TargetId">Its ID on the target; null if none was created, or if it was removed again.</param>
public sealed record ReportedContainer(string Name, string SourceId, string? TargetId);
