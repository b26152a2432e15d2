using System.Text.Json.Nodes;
using DockerMigrator.Docker.Containers;
using DockerMigrator.Docker.Json;

namespace DockerMigrator.Docker.Recipes;

/// <summary>
/// Turns an endpoint as inspect shows it, configuration and state mixed, into configuration: known state is left out, and
/// everything else goes along, known or not.
/// </summary>
internal static class EndpointRecipe
{
    /// <summary>
    /// What inspect adds while the endpoint lives. The MAC address is among it: inspect shows the one in use, be it
    /// configured or made up; a configured one is told apart by Config.MacAddress.
    /// </summary>
    public static IReadOnlySet<string> State { get; } = new HashSet<string>
    {
        "NetworkID", "EndpointID", "Gateway", "IPAddress", "IPPrefixLen", "IPv6Gateway", "GlobalIPv6Address",
        "GlobalIPv6PrefixLen", "MacAddress", "DNSNames",
    };

    /// <summary>The configuration of one endpoint.</summary>
    /// <param name="container">Whose it is.</param>
    /// <param name="endpoint">As inspect shows it.</param>
    /// <param name="macAddress">Configured MAC address; empty if Docker may make one up.</param>
    /// <param name="keepAddresses">Whether its present addresses become static ones.</param>
    public static JsonObject From(ContainerInspect container, JsonNode? endpoint, string macAddress, bool keepAddresses)
    {
        var configuration = Configuration(container, endpoint);
        if (keepAddresses)
        {
            var ipam = configuration["IPAMConfig"] as JsonObject ?? [];
            Set(ipam, "IPv4Address", endpoint.Text("IPAddress"));
            Set(ipam, "IPv6Address", endpoint.Text("GlobalIPv6Address"));
            configuration["IPAMConfig"] = ipam;
            macAddress = endpoint.Text("MacAddress");
        }

        Set(configuration, "MacAddress", macAddress);
        return configuration;
    }

    /// <summary>What of an endpoint was configured, but for its MAC address.</summary>
    public static JsonObject Configuration(ContainerInspect container, JsonNode? endpoint)
    {
        var configuration = new JsonObject();
        foreach (var (name, value) in endpoint.Members())
        {
            if (!State.Contains(name))
                configuration[name] = value?.DeepClone();
        }

        // Up to API 1.44 Docker adds the short ID to the aliases by itself: on the target that is another one.
        if (configuration["Aliases"] is JsonArray aliases && aliases.Texts().Contains(container.ShortId))
            configuration["Aliases"] = new JsonArray([.. aliases.Texts().Where(alias => alias != container.ShortId).Select(alias => (JsonNode)JsonValue.Create(alias))]);
        return configuration;
    }

    private static void Set(JsonObject json, string name, string value)
    {
        if (value.Length > 0)
            json[name] = value;
    }
}
