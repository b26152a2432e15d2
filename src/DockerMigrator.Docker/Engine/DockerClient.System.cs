using System.Text.Json.Nodes;

namespace DockerMigrator.Docker.Engine;

public sealed partial class DockerClient
{
    /// <summary>What the engine tells of itself and its host: <c>GET /info</c>.</summary>
    public async Task<JsonObject> InfoAsync(CancellationToken cancellationToken = default) =>
        AsObject(await GetAsync("info", "tell about itself", cancellationToken), "itself");

    /// <summary>The versions of the engine and its parts: <c>GET /version</c>.</summary>
    public async Task<JsonObject> VersionAsync(CancellationToken cancellationToken = default) =>
        AsObject(await GetAsync("version", "tell its version", cancellationToken), "its version");
}
