namespace DockerMigrator.Migration.Reporting;

/// <summary>A phase in a report.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Ms">Milliseconds it took.</param>
public sealed record ReportedPhase(string Name, double Ms);
