namespace DockerMigrator.Docker.Logs;

/// <summary>A file of a container's log history.</summary>
/// <param name="Path">Where it lies on this host.</param>
/// <param name="Suffix">What it adds to the name of the current log file: empty, <c>.1</c>, <c>.2.gz</c> …</param>
public sealed record LogFile(string Path, string Suffix);
