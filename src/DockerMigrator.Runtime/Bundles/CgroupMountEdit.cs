using System.Text;
using System.Text.Json;

namespace DockerMigrator.Runtime.Bundles;

/// <summary>
/// Replaces the mount of type <c>cgroup</c> in a bundle's <c>config.json</c>, which on cgroup v1 stands for one bind mount a
/// hierarchy, by these very bind mounts. CRIU knows them by their destinations, which are the same either way.
/// </summary>
internal static class CgroupMountEdit
{
    // runc makes the mount points of binds in the container's files, and wants their sources to exist, except below a tmpfs of this list.
    // It mounts no tmpfs itself in a restore: what is on /sys and /sys/fs/cgroup comes from CRIU's images.
    private const string Shield = """{"destination":"/sys","type":"tmpfs","source":"tmpfs","options":["ro","nosuid","noexec","nodev"]}""";

    /// <summary>The changed configuration; the same one if there is no such mount, or if a cgroup namespace makes it a real one.</summary>
    /// <exception cref="JsonException">The configuration is no JSON object.</exception>
    public static byte[] Apply(byte[] json, IReadOnlyList<CgroupMount> mounts)
    {
        var root = JsonText.Root(json);
        var namespaces = JsonText.Member(json, JsonText.Member(json, root, "linux"), "namespaces");
        if (mounts.Count == 0 || JsonText.Elements(json, namespaces).Any(entry => JsonText.String(json, entry, "type") == "cgroup"))
            return json;
        var entries = JsonText.Elements(json, JsonText.Member(json, root, "mounts"));
        var cgroup = entries.FirstOrDefault(entry => JsonText.String(json, entry, "type") == "cgroup");
        if (!cgroup.Exists || JsonText.String(json, cgroup, "destination")?.TrimEnd('/') is not { } destination)
            return json;

        var inherited = JsonText.Elements(json, JsonText.Member(json, cgroup, "options")).Select(option => Encoding.UTF8.GetString(json[option.Start..option.End]));
        var options = string.Join(',', inherited.Prepend("\"rbind\""));
        var binds = mounts.Select(mount =>
            $$"""{"destination":{{JsonText.Quote($"{destination}/{mount.Name}")}},"type":"bind","source":{{JsonText.Quote(mount.Source)}},"options":[{{options}}]}""");
        return JsonText.Splice(json, cgroup.Start, cgroup.End, string.Join(',', binds.Prepend(Shield)));
    }
}
