namespace DockerMigrator.Criu.Undumpable;

/// <summary>Something in a container that CRIU cannot dump.</summary>
/// <param name="Severity">Whether it stops the migration.</param>
/// <param name="Message">One sentence that names the process and says what to do.</param>
public sealed record Hindrance(HindranceSeverity Severity, string Message);
