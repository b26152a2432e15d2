namespace DockerMigrator.Migration.Journals;

/// <summary>Where the journals lie. Both sides of a migration may be one host (in tests), so the names tell them apart.</summary>
public static class JournalDirectory
{
    /// <summary>The directory; <c>DOCKER_MIGRATOR_STATE</c> replaces <c>/var/lib/docker-migrator</c>.</summary>
    public static string Path { get; } =
        System.IO.Path.Combine(Environment.GetEnvironmentVariable("DOCKER_MIGRATOR_STATE") ?? "/var/lib/docker-migrator", "journal");

    /// <summary>The source's journal of a migration.</summary>
    public static string Source(string migrationId) => System.IO.Path.Combine(Path, $"source-{migrationId}.journal");

    /// <summary>The target's journal of a migration.</summary>
    public static string Target(string migrationId) => System.IO.Path.Combine(Path, $"target-{migrationId}.journal");

    /// <summary>All journals of one side, oldest first.</summary>
    /// <param name="side">"source" or "target".</param>
    public static IReadOnlyList<string> List(string side) =>
        Directory.Exists(Path)
            ? [.. new DirectoryInfo(Path).GetFiles($"{side}-*.journal").OrderBy(file => file.CreationTimeUtc).Select(file => file.FullName)]
            : [];

    /// <summary>A new migration's ID: 32 hexadecimal digits. IDs from the other side must have this form, as they become file names.</summary>
    public static string NewId() => Guid.NewGuid().ToString("N");

    /// <summary>Whether an ID that came from elsewhere has the form of one.</summary>
    public static bool IsId(string id) => id.Length == 32 && id.All(char.IsAsciiHexDigitLower);
}
