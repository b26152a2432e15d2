namespace DockerMigrator.Runtime.Restoring;

/// <summary>
/// Thaws what a restore left frozen. CRIU writes the freezer state of the dump, which was taken of a paused container, into every
/// cgroup that it makes itself: on cgroup v1 and v2 alike the ones <em>below</em> the container's own, which runc makes.
/// </summary>
internal static class Freezer
{
    /// <summary>Thaws all cgroups of this process and those below them.</summary>
    /// <returns>False if it is gone.</returns>
    public static bool TryThaw(string pid)
    {
        string[] memberships;
        try
        {
            memberships = File.ReadAllLines($"/proc/{pid}/cgroup");
        }
        catch (IOException)
        {
            return false;
        }

        foreach (var membership in memberships)
        {
            // hierarchy ID ":" controllers ":" path; the unified hierarchy (v2) has no controllers.
            var fields = membership.Split(':', 3);
            if (fields.Length != 3 || fields[2] is "" or "/")
                continue;
            var controllers = fields[1].Split(',');
            if (controllers.Contains("freezer") && MountTable.Find("cgroup", "freezer") is { } v1)
                Thaw(v1 + fields[2], "freezer.state", "THAWED");
            else if (fields[1].Length == 0 && MountTable.Find("cgroup2", null) is { } v2)
                Thaw(v2 + fields[2], "cgroup.freeze", "0");
        }

        return true;
    }

    private static void Thaw(string directory, string name, string thawed)
    {
        var file = $"{directory}/{name}";
        try
        {
            if (!File.Exists(file))
                return;
            if (File.ReadAllText(file).Trim() != thawed)
                File.WriteAllText(file, thawed);
            foreach (var child in Directory.EnumerateDirectories(directory))
                Thaw(child, name, thawed);
        }
        catch (IOException) when (!File.Exists(file))
        {
            // The container runs by now, and may remove a cgroup that it has made.
        }
    }
}
