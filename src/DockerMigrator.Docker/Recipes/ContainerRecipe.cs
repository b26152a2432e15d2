using System.Text.Json.Nodes;
using DockerMigrator.Docker.Containers;
using DockerMigrator.Docker.Images;
using DockerMigrator.Docker.Json;

namespace DockerMigrator.Docker.Recipes;

/// <summary>
/// How to create a container that is what another one was: everything that <c>docker inspect</c> shows of its
/// configuration, fields unknown to this program included. Where the copy has to differ is told in
/// <see cref="DocumentedDifferences"/>.
/// </summary>
/// <param name="Name">The container's name.</param>
/// <param name="CreateBody">Body of <c>POST /containers/create</c>.</param>
/// <param name="LaterConnections">Networks to connect after creation, before the start: engines below API 1.44 take one at creation.</param>
/// <param name="RestartPolicy">The policy to set once the container has moved; the one of <paramref name="CreateBody"/> is <c>no</c>.</param>
public sealed record ContainerRecipe(string Name, JsonObject CreateBody, IReadOnlyList<NetworkConnection> LaterConnections, JsonObject RestartPolicy)
{
    /// <summary>From this version of the API on, a container can be created with several networks, and a MAC address belongs to an endpoint.</summary>
    private static readonly Version EndpointsAtCreation = new(1, 44);

    /// <summary>Whether <see cref="RestartPolicy"/> has to be set after the move: it is not <c>no</c> anyway.</summary>
    public bool NeedsRestartPolicy => RestartPolicy.Text("Name") is not "no";

    /// <summary>The recipe of a container.</summary>
    /// <param name="container">The container to copy.</param>
    /// <param name="image">Its image, as the source's engine shows it.</param>
    /// <param name="target">Where the copy will be.</param>
    public static ContainerRecipe From(ContainerInspect container, ImageInspect image, RecipeTarget target)
    {
        var endpointsAtCreation = target.ApiVersion >= EndpointsAtCreation;
        var networkMode = NetworkMode(container);
        var body = Config(container, image, target.ImageReference);
        body["HostConfig"] = HostConfig(container, networkMode, target);

        var macAddress = endpointsAtCreation ? body.Text("MacAddress") : "";
        if (endpointsAtCreation)
            body.Remove("MacAddress");

        var connections = Connections(container, networkMode, macAddress, target);
        var first = endpointsAtCreation ? connections.Count : Math.Min(1, connections.Count);
        body["NetworkingConfig"] = new JsonObject
        {
            ["EndpointsConfig"] = new JsonObject(connections.Take(first).Select(connection => KeyValuePair.Create(connection.Network, (JsonNode?)connection.Endpoint))),
        };
        return new ContainerRecipe(container.Name, body, [.. connections.Skip(first)], container.RestartPolicy);
    }

    private static JsonObject Config(ContainerInspect container, ImageInspect image, string imageReference)
    {
        var config = (JsonObject)container.Config.DeepClone();
        config["Image"] = imageReference;

        // `--entrypoint ""` is stored as null, but null would bring the image's entry point back: only [""] means none.
        if (config.Texts("Entrypoint").Count == 0 && image.Config.Texts("Entrypoint").Count > 0)
            config["Entrypoint"] = new JsonArray("");

        // Docker shows a made-up host name here but refuses to be given one.
        if (container.HostConfig.Text("UTSMode") == "host")
            config.Remove("Hostname");
        return config;
    }

    private static JsonObject HostConfig(ContainerInspect container, string networkMode, RecipeTarget target)
    {
        var hostConfig = (JsonObject)container.HostConfig.DeepClone();
        hostConfig["NetworkMode"] = networkMode;
        hostConfig["RestartPolicy"] = RestartPolicies.None();
        if (target.Runtime is not null)
            hostConfig["Runtime"] = target.Runtime;
        if (hostConfig.ContainsKey("ContainerIDFile"))
            hostConfig["ContainerIDFile"] = "";
        foreach (var mount in hostConfig.Items("Mounts").OfType<JsonObject>())
            DropForeignOptions(mount);
        return hostConfig;
    }

    /// <summary>Engines below API 1.42 took, ignored and kept the options of other kinds of mounts; newer ones refuse them.</summary>
    private static void DropForeignOptions(JsonObject mount)
    {
        foreach (var (options, type) in new[] { ("BindOptions", "bind"), ("VolumeOptions", "volume"), ("TmpfsOptions", "tmpfs") })
        {
            if (mount.Text("Type") != type)
                mount.Remove(options);
        }
    }

    private static List<NetworkConnection> Connections(ContainerInspect container, string networkMode, string macAddress, RecipeTarget target) =>
    [
        .. container.Networks
            // The main network first: it is the one that an old engine takes at creation.
            .OrderByDescending(network => IsMain(network.Key, networkMode))
            .Select(network => new NetworkConnection(
                network.Key,
                EndpointRecipe.From(container, network.Value, IsMain(network.Key, networkMode) ? macAddress : "", target.KeepAddressesOn.Contains(network.Key)))),
    ];

    private static bool IsMain(string network, string networkMode) =>
        network == networkMode || (network == "bridge" && networkMode is "default" or "");

    /// <summary>A network given by its ID is written by its name: the target's network of that name has another ID.</summary>
    private static string NetworkMode(ContainerInspect container)
    {
        var mode = container.NetworkMode;
        foreach (var (name, endpoint) in container.Networks)
        {
            if (name != mode && mode.Length >= 12 && endpoint.Text("NetworkID").StartsWith(mode, StringComparison.Ordinal))
                return name;
        }

        return mode;
    }
}
