namespace DockerMigrator.Runtime.Restoring;

/// <summary>What is mounted where, as <c>/proc/self/mountinfo</c> tells: <c>ID parent major:minor root POINT options [optional …] - TYPE source SUPEROPTIONS</c>.</summary>
internal static class MountTable
{
    /// <summary>Where a file system of this type is mounted that has this option; null if nowhere.</summary>
    public static string? Find(string type, string? option)
    {
        foreach (var line in Lines())
        {
            var separator = line.IndexOf(" - ", StringComparison.Ordinal);
            var tail = separator < 0 ? [] : line[(separator + 3)..].Split(' ');
            if (tail.Length >= 3 && tail[0] == type && (option is null || tail[2].Split(',').Contains(option)))
                return Point(line);
        }

        return null;
    }

    /// <summary>The mount points below a directory, the latest first.</summary>
    public static IReadOnlyList<string> Below(string directory)
    {
        // The kernel names mount points without symbolic links, such as /var/run.
        var prefix = (File.ResolveLinkTarget("/var/run", returnFinalTarget: true)?.FullName is { } run && directory.StartsWith("/var/run/", StringComparison.Ordinal)
            ? run + directory["/var/run".Length..]
            : directory) + "/";
        return [.. Lines().Select(Point).Where(point => point.StartsWith(prefix, StringComparison.Ordinal)).Reverse()];
    }

    /// <summary>The lines, as they are.</summary>
    public static string[] Lines() => File.ReadAllLines("/proc/self/mountinfo");

    private static string Point(string line) => line.Split(' ') is [_, _, _, _, var point, ..] ? point : "";
}
