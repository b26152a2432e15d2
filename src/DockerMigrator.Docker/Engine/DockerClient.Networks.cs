using System.Text.Json.Nodes;

namespace DockerMigrator.Docker.Engine;

public sealed partial class DockerClient
{
    /// <summary>A network in full, with its endpoints; null if there is none of that name or ID.</summary>
    public async Task<JsonObject?> InspectNetworkAsync(string nameOrId, CancellationToken cancellationToken = default)
    {
        try
        {
            return AsObject(await GetAsync($"networks/{Uri.EscapeDataString(nameOrId)}", $"inspect network {nameOrId}", cancellationToken), $"network {nameOrId}");
        }
        catch (DockerException e) when (e.IsNotFound)
        {
            return null;
        }
    }

    /// <summary>All networks, without their endpoints.</summary>
    public async Task<IReadOnlyList<JsonObject>> ListNetworksAsync(CancellationToken cancellationToken = default) =>
        AsObjects(await GetAsync("networks", "list its networks", cancellationToken));

    /// <summary>Gives a container one more network.</summary>
    /// <param name="network">Name or ID.</param>
    /// <param name="container">Name or ID.</param>
    /// <param name="endpoint">Its settings there: one value of EndpointsConfig.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task ConnectNetworkAsync(string network, string container, JsonObject endpoint, CancellationToken cancellationToken = default) =>
        PostAsync(
            $"networks/{Uri.EscapeDataString(network)}/connect",
            new JsonObject { ["Container"] = container, ["EndpointConfig"] = endpoint.DeepClone() },
            $"connect container {container} to network {network}",
            cancellationToken);
}
