namespace DockerMigrator.Runtime.Bundles;

/// <summary>Where runc puts a container, in every hierarchy on cgroup v1 as in the one of v2 (runc's documentation, <c>docs/systemd.md</c>, and systemd.slice(5)).</summary>
internal static class ContainerCgroup
{
    /// <summary>
    /// The path below the mount point. Docker gives <c>/docker/ID</c> with its cgroupfs driver and <c>system.slice:docker:ID</c>
    /// (slice, prefix, name) with its systemd driver.
    /// </summary>
    /// <returns>The path, or null if <paramref name="cgroupsPath"/> is relative to a cgroup that is not known here.</returns>
    public static string? FromCgroupsPath(string cgroupsPath)
    {
        if (cgroupsPath.Split(':') is [var slice, var prefix, var name])
            return $"{ExpandSlice(slice.Length == 0 ? "system.slice" : slice)}/{(prefix.Length == 0 ? name : $"{prefix}-{name}")}.scope";
        return cgroupsPath.StartsWith('/') ? cgroupsPath.TrimEnd('/') : null;
    }

    // a-b-c.slice is a slice in a-b.slice, which is one in a.slice.
    private static string ExpandSlice(string slice)
    {
        const string Suffix = ".slice";
        var name = slice.EndsWith(Suffix, StringComparison.Ordinal) ? slice[..^Suffix.Length] : slice;
        var path = "";
        if (name == "-")
            return path;
        for (var end = name.IndexOf('-'); end >= 0; end = name.IndexOf('-', end + 1))
            path += $"/{name[..end]}{Suffix}";
        return $"{path}/{name}{Suffix}";
    }
}
