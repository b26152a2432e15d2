using System.Text.Json.Nodes;
using DockerMigrator.Docker.Containers;
using DockerMigrator.Docker.Json;

namespace DockerMigrator.Docker.Recipes;

/// <summary>
/// Compares what <c>docker inspect</c> shows of a container before and after its move: Config and HostConfig entirely, of
/// networks and mounts what was configured. <see cref="DocumentedDifferences"/> are excused, but no more than is documented.
/// </summary>
public static class RecipeDifference
{
    /// <summary>Fields in which unset and zero mean different things to Docker.</summary>
    private static readonly HashSet<string> Strict =
    [
        "HostConfig.MaskedPaths", "HostConfig.ReadonlyPaths", "HostConfig.Init", "HostConfig.MemorySwappiness",
    ];

    /// <summary>The undocumented differences; none if the container is what it was.</summary>
    public static IReadOnlyList<FieldDifference> Compare(ContainerInspect before, ContainerInspect after)
    {
        var differences = new List<FieldDifference>();
        Compare("Name", before.Json.At("Name"), after.Json.At("Name"), differences);
        Compare("Path", before.Json.At("Path"), after.Json.At("Path"), differences);
        Compare("Args", before.Json.At("Args"), after.Json.At("Args"), differences);
        Compare("Config", before.Config, after.Config, differences);
        Compare("HostConfig", before.HostConfig, after.HostConfig, differences);
        Compare("NetworkSettings.Networks", Endpoints(before), Endpoints(after), differences);
        Compare("Mounts", Mounts(before), Mounts(after), differences);
        return [.. differences.Where(difference => !IsExcused(difference.Path, before, after))];
    }

    private static void Compare(string path, JsonNode? before, JsonNode? after, List<FieldDifference> differences)
    {
        if (before is JsonObject a && after is JsonObject b)
        {
            foreach (var name in a.Select(member => member.Key).Union(b.Select(member => member.Key)))
                Compare($"{path}.{name}", a[name], b[name], differences);
        }
        else if (!(Strict.Contains(path) ? JsonNode.DeepEquals(before, after) : ZeroValue.Equal(before, after)))
        {
            differences.Add(new FieldDifference(path, before?.ToJsonString(), after?.ToJsonString()));
        }
    }

    /// <summary>Excuses just what is documented: a field that is on the list only in some cases is compared in the others.</summary>
    private static bool IsExcused(string path, ContainerInspect before, ContainerInspect after) => path switch
    {
        "HostConfig.Runtime" => before.HostConfig.Text("Runtime") == MigratorRuntime.Name || after.HostConfig.Text("Runtime") == MigratorRuntime.Name,
        "Config.Image" => after.ImageName == after.ImageId || after.ImageName.StartsWith("sha256:", StringComparison.Ordinal),
        "Config.Hostname" => before.HostConfig.Text("UTSMode") == "host",
        "HostConfig.ContainerIDFile" => true,
        "HostConfig.KernelMemory" => ZeroValue.Is(after.HostConfig.At("KernelMemory")),
        "HostConfig.OomKillDisable" => ZeroValue.Is(before.HostConfig.At("OomKillDisable")) && ZeroValue.Is(after.HostConfig.At("OomKillDisable")),
        "HostConfig.NetworkMode" => IsSameNetwork(before, after),
        _ => false,
    };

    private static bool IsSameNetwork(ContainerInspect before, ContainerInspect after)
    {
        if (before.NetworkMode is "default" or "bridge")
            return after.NetworkMode is "default" or "bridge";
        return before.Networks.Any(network =>
            network.Key == after.NetworkMode && network.Value.Text("NetworkID").StartsWith(before.NetworkMode, StringComparison.Ordinal));
    }

    private static JsonObject Endpoints(ContainerInspect container) =>
        new(container.Networks.Select(network => KeyValuePair.Create(network.Key, (JsonNode?)Endpoint(container, network.Value))));

    /// <summary>The host name is an alias whether it is listed or not: engines before 25.0 list it.</summary>
    private static JsonObject Endpoint(ContainerInspect container, JsonNode? endpoint)
    {
        var configuration = EndpointRecipe.Configuration(container, endpoint);
        if (configuration["Aliases"] is JsonArray aliases)
            configuration["Aliases"] = new JsonArray([.. aliases.Texts().Where(alias => alias != container.Config.Text("Hostname")).Select(alias => (JsonNode)JsonValue.Create(alias))]);
        return configuration;
    }

    /// <summary>What of the mounts has to be the same: an anonymous volume's name and the path on the host need not.</summary>
    private static JsonObject Mounts(ContainerInspect container)
    {
        var mounts = new JsonObject();
        foreach (var mount in container.Json.Items("Mounts").OfType<JsonObject>())
        {
            var kept = (JsonObject)mount.DeepClone();
            var named = Volumes.ContainerMounts.IsNamedVolume(container, mount);
            if (mount.Text("Type") == "volume")
                kept.Remove("Source");
            if (!named && mount.Text("Type") == "volume")
                kept.Remove("Name");
            mounts[mount.Text("Destination")] = kept;
        }

        return mounts;
    }
}
