namespace DockerMigrator.Criu.Tasks;

/// <summary>A line of <c>/proc/PID/cgroup</c>: where a process is in one hierarchy (cgroups(7)).</summary>
/// <param name="Controllers">Controllers of a v1 hierarchy (<c>name=…</c> for a named one); empty for the unified one.</param>
/// <param name="Path">Path below the root of the reader's cgroup namespace.</param>
public sealed record CgroupMembership(IReadOnlyList<string> Controllers, string Path)
{
    /// <summary>Whether this is the unified (v2) hierarchy.</summary>
    public bool IsUnified => Controllers.Count == 0;

    /// <summary>Parses the file; torn lines are left out.</summary>
    public static IReadOnlyList<CgroupMembership> ParseAll(string text)
    {
        var memberships = new List<CgroupMembership>();
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            // id:controllers:path, where only the path may hold colons
            var fields = line.Split(':', 3);
            if (fields.Length == 3 && fields[2].StartsWith('/'))
                memberships.Add(new CgroupMembership(fields[1].Split(',', StringSplitOptions.RemoveEmptyEntries), fields[2]));
        }

        return memberships;
    }
}
