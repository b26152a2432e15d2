namespace DockerMigrator.Criu.Undumpable;

/// <summary>The files that a container watches in its root file system.</summary>
/// <param name="Paths">Their paths in the container, for <c>CriuConfig.WatchedPaths</c>.</param>
/// <param name="Unnamed">How many of them have no path (any more).</param>
public sealed record WatchedFiles(IReadOnlyList<string> Paths, int Unnamed)
{
    /// <summary>What to tell the user about those without a path; null if all have one.</summary>
    public Hindrance? Hindrance => Unnamed == 0
        ? null
        : new Hindrance(HindranceSeverity.Warning, $"The container watches {Unnamed} deleted or hidden file(s) by inotify, which CRIU may refuse to dump.");
}
