using System.Text.Json.Nodes;

namespace DockerMigrator.Docker.Recipes;

/// <summary>A network that a container joins, and how.</summary>
/// <param name="Network">The network's name.</param>
/// <param name="Endpoint">One value of EndpointsConfig.</param>
public sealed record NetworkConnection(string Network, JsonObject Endpoint);
