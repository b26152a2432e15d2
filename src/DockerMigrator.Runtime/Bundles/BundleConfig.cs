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
        var words = arguments.Select(word => $"\"{JsonEncodedText.Encode(word)}\"").ToList();
        var hook = $$"""{"path":{{words[0]}},"args":[{{string.Join(',', words)}}]}""";

        var root = Locate(json, default, null);
        var hooks = Locate(json, root, "hooks");
        if (!hooks.IsObject)
            return Put(json, root, hooks, "hooks", $$"""{"prestart":[{{hook}}]}""");
        var prestart = Locate(json, hooks, "prestart");
        if (!prestart.IsArray)
            return Put(json, hooks, prestart, "prestart", $"[{hook}]");
        return Splice(json, prestart.End - 1, prestart.End - 1, prestart.IsEmpty ? hook : "," + hook);
    }

    /// <summary>Whether a mount's source lies in Docker's own directory of this container.</summary>
    public static bool MountsFilesOf(ReadOnlySpan<byte> json, string containerId)
    {
        var part = $"/containers/{containerId}/";
        // The search settles nearly every case without parsing anything.
        if (json.IndexOf(Encoding.UTF8.GetBytes(part)) < 0)
            return false;
        var mounts = Locate(json, Locate(json, default, null), "mounts");
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
        var pid = Locate(state, Locate(state, default, null), "pid");
        return pid.Exists && int.TryParse(state[pid.Start..pid.End], out var value) && value > 0
            ? value
            : throw new RestoreException("The state that the hook was given has no process ID.");
    }

    /// <summary>Where runc is told to put the container's cgroup (<c>linux.cgroupsPath</c>); null if it is not told.</summary>
    public static string? ReadCgroupsPath(ReadOnlySpan<byte> json)
    {
        var linux = Locate(json, Locate(json, default, null), "linux");
        if (!linux.IsObject)
            return null;
        var path = Locate(json, linux, "cgroupsPath");
        if (path.Type != JsonTokenType.String)
            return null;
        var reader = new Utf8JsonReader(json[path.Start..path.End]);
        reader.Read();
        return reader.GetString();
    }

    // Where the value of a member of the given object is (or the root value); not existing if it is missing.
    private static JsonSpan Locate(ReadOnlySpan<byte> json, JsonSpan parent, string? name)
    {
        var offset = parent.Start;
        var reader = new Utf8JsonReader(name is null ? json : json[parent.Start..parent.End]);
        reader.Read();
        if (name is null)
            return Measure(ref reader, 0);
        if (reader.TokenType != JsonTokenType.StartObject)
            throw new JsonException("The configuration is no JSON object.");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var found = reader.ValueTextEquals(name);
            reader.Read();
            if (found)
                return Measure(ref reader, offset);
            reader.Skip();
        }

        return default;
    }

    private static JsonSpan Measure(ref Utf8JsonReader reader, int offset)
    {
        var (type, start) = (reader.TokenType, (int)reader.TokenStartIndex);
        var ahead = reader;
        var isEmpty = ahead.Read() && ahead.TokenType is JsonTokenType.EndArray or JsonTokenType.EndObject;
        reader.Skip();
        return new JsonSpan(offset + start, offset + (int)reader.BytesConsumed, type, isEmpty);
    }

    // Gives the parent object this member, in place of the present value (say null) if there is one.
    private static byte[] Put(ReadOnlySpan<byte> json, JsonSpan parent, JsonSpan present, string name, string value) =>
        present.Exists ? Splice(json, present.Start, present.End, value)
        : Splice(json, parent.End - 1, parent.End - 1, $"{(parent.IsEmpty ? "" : ",")}\"{name}\":{value}");

    private static byte[] Splice(ReadOnlySpan<byte> json, int start, int end, string text) =>
        [.. json[..start], .. Encoding.UTF8.GetBytes(text), .. json[end..]];
}
