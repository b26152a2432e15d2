using System.Text.Json.Nodes;
using DockerMigrator.Docker.Json;

namespace DockerMigrator.Docker.Images;

/// <summary>What <c>docker image inspect</c> tells of an image: the whole JSON, with names for the fields in use here.</summary>
/// <param name="Json">As the engine sent it.</param>
public sealed record ImageInspect(JsonObject Json)
{
    /// <summary>Digest of its configuration in a graph driver's store, of its manifest or index in containerd's.</summary>
    public string Id => Json.Text("Id");

    /// <summary>Its names with tags.</summary>
    public IReadOnlyList<string> RepoTags => [.. Json.Texts("RepoTags").Where(tag => !tag.StartsWith("<none>", StringComparison.Ordinal))];

    /// <summary>Its names with registry digests.</summary>
    public IReadOnlyList<string> RepoDigests => Json.Texts("RepoDigests");

    /// <summary>Digests of its layers' uncompressed contents, lowest first: the same in every store.</summary>
    public IReadOnlyList<string> Layers => Json.Texts("RootFS", "Layers");

    /// <summary>What a container gets unless it says otherwise.</summary>
    public JsonObject Config => Json.At("Config") as JsonObject ?? [];

    /// <summary>As Go calls it: <c>amd64</c>, <c>arm64</c>.</summary>
    public string Architecture => Json.Text("Architecture");

    /// <summary>Bytes, as far as Docker knows them: of the unpacked layers, or of those and the blobs.</summary>
    public long Size => Json.Number("Size");
}
