using System.Text;
using System.Text.Json;
using DockerMigrator.Runtime.Reporting;

namespace DockerMigrator.Runtime.Bundles;

/// <summary>
/// The little that is read from and changed in a bundle's <c>config.json</c> (OCI runtime specification). A change is
/// spliced into the text, so that everything else stays as it is, byte for byte, known to this program or not.
/// </summary>
internal static class BundleConfig
{
    /// <summary>The same configuration with one more <c>prestart</c> hook, which runs after those that are there.</summary>
    /// <param name="json">The configuration.</param>
    /// <param name="arguments">The hook's words; the first one is its path.</param>
    /// <exception cref="JsonException">The configuration is no JSON object.</exception>
    public static byte[] AppendPrestartHook(ReadOnlySpan<byte> json, IReadOnlyList<string> arguments)
    {
        var words = arguments.Select(JsonText.Quote).ToList();
        var hook = $$"""{"path":{{words[0]}},"args":[{{string.Join(',', words)}}]}""";

        var root = JsonText.Root(json);
        var hooks = JsonText.Member(json, root, "hooks");
        if (!hooks.IsObject)
            return JsonText.Put(json, root, hooks, "hooks", $$"""{"prestart":[{{hook}}]}""");
        var prestart = JsonText.Member(json, hooks, "prestart");
        if (!prestart.IsArray)
            return JsonText.Put(json, hooks, prestart, "prestart", $"[{hook}]");
        return JsonText.Splice(json, prestart.End - 1, prestart.End - 1, prestart.IsEmpty ? hook : "," + hook);
    }

    /// <summary>Whether a mount's source lies in Docker's own directory of this container.</summary>
    public static bool MountsFilesOf(ReadOnlySpan<byte> json, string containerId)
    {
        var part = $"/containers/{containerId}/";
        // The search settles nearly every case without parsing anything.
        if (json.IndexOf(Encoding.UTF8.GetBytes(part)) < 0)
            return false;
        var mounts = JsonText.Member(json, JsonText.Root(json), "mounts");
        if (!mounts.IsArray)
            return false;
        var reader = new Utf8JsonReader(json[mounts.Start..mounts.End]);
        while (reader.Read())
        {
            if (reader.TokenType != JsonTokenType.PropertyName || !reader.ValueTextEquals("source"u8))
                continue;
            reader.Read();
            if (reader.TokenType == JsonTokenType.String && reader.GetString()!.Contains(part))
                return true;
        }

        return false;
    }

    /// <summary>The container's host PID in the state that an OCI hook gets on its standard input.</summary>
    /// <exception cref="RestoreException">There is none.</exception>
    public static int ReadStatePid(ReadOnlySpan<byte> state)
    {
        var pid = JsonText.Member(state, JsonText.Root(state), "pid");
        return pid.Exists && int.TryParse(state[pid.Start..pid.End], out var value) && value > 0
            ? value
            : throw new RestoreException("The state that the hook was given has no process ID.");
    }

    /// <summary>Where runc is told to put the container's cgroup (<c>linux.cgroupsPath</c>); null if it is not told.</summary>
    public static string? ReadCgroupsPath(ReadOnlySpan<byte> json) =>
        JsonText.String(json, JsonText.Member(json, JsonText.Root(json), "linux"), "cgroupsPath");
}
