using System.Text.Json.Nodes;
using DockerMigrator.Docker.Containers;
using DockerMigrator.Docker.Json;

namespace DockerMigrator.Docker.Recipes;

/// <summary>Has bind mounts of a container come from other paths of the host (<c>--bind PATH=TARGETPATH</c>).</summary>
public static class BindRelocation
{
    /// <summary>The container as inspect would show it with those mounts: in HostConfig, where they are configured, and among its Mounts.</summary>
    /// <param name="container">The container.</param>
    /// <param name="sources">New host paths by where they are mounted in the container.</param>
    public static ContainerInspect Apply(ContainerInspect container, IReadOnlyDictionary<string, string> sources)
    {
        if (sources.Count == 0)
            return container;
        var json = (JsonObject)container.Json.DeepClone();
        if (json.At("HostConfig", "Binds") is JsonArray binds)
            json["HostConfig"]!["Binds"] = new JsonArray([.. binds.Select(bind => Relocate(bind, sources))]);
        foreach (var mount in json.Items("HostConfig", "Mounts").OfType<JsonObject>().Where(mount => mount.Text("Type") == "bind"))
            Relocate(mount, mount.Text("Target"), sources);
        foreach (var mount in json.Items("Mounts").OfType<JsonObject>().Where(mount => mount.Text("Type") == "bind"))
            Relocate(mount, mount.Text("Destination"), sources);
        return new ContainerInspect(json);
    }

    // SOURCE:DESTINATION[:OPTIONS]; a source that is no path is the name of a volume.
    private static JsonNode? Relocate(JsonNode? bind, IReadOnlyDictionary<string, string> sources)
    {
        var parts = bind.Text().Split(':');
        return parts.Length >= 2 && parts[0].StartsWith('/') && sources.TryGetValue(Clean(parts[1]), out var source)
            ? JsonValue.Create(string.Join(':', [source, .. parts.Skip(1)]))
            : bind?.DeepClone();
    }

    private static void Relocate(JsonObject mount, string destination, IReadOnlyDictionary<string, string> sources)
    {
        if (sources.TryGetValue(Clean(destination), out var source))
            mount["Source"] = source;
    }

    // As Docker cleans it for Mounts: "/data/" is "/data".
    private static string Clean(string path) => path.Length == 0 ? path : Path.TrimEndingDirectorySeparator(Path.GetFullPath(path, "/"));
}
