using System.Text.Json;
using System.Text.Json.Nodes;
using DockerMigrator.Docker.Engine;
using DockerMigrator.Docker.Json;

namespace DockerMigrator.Docker.Images.Archives;

/// <summary>Under which names the archive of an image has its layers.</summary>
internal static class LayerNames
{
    /// <summary>The first API whose engine writes OCI layouts (Docker 25).</summary>
    private static readonly Version FirstWithBlobs = new(1, 44);

    private const int LargestDescription = 1 << 20;

    /// <summary>Whether the names are known without reading an archive.</summary>
    public static bool AreObvious(DockerClient docker, bool usesContainerdStore) => !usesContainerdStore && docker.ApiVersion >= FirstWithBlobs;

    /// <summary>Diff IDs by names of entries.</summary>
    /// <param name="docker">The engine.</param>
    /// <param name="image">The image, as this engine shows it.</param>
    /// <param name="usesContainerdStore">Whether the engine has the containerd image store.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<IReadOnlyDictionary<string, string>> FindAsync(DockerClient docker, ImageInspect image, bool usesContainerdStore, CancellationToken cancellationToken)
    {
        // moby, image/tarexport/save.go: a graph driver's layer is not compressed, so its digest is its diff ID.
        if (AreObvious(docker, usesContainerdStore))
            return image.Layers.Distinct().ToDictionary(BlobName);
        // Elsewhere manifest.json tells, and it comes last.
        await using var archive = await docker.ExportImagesAsync([image.Id], cancellationToken);
        return await ReadAsync(archive, image.Layers, cancellationToken);
    }

    /// <summary>Where an OCI layout has the blob of a digest.</summary>
    public static string BlobName(string digest) => "blobs/" + digest.Replace(':', '/');

    /// <summary>Reads an archive to its end for what its manifests and configurations say about an image with these layers.</summary>
    internal static async Task<IReadOnlyDictionary<string, string>> ReadAsync(Stream archive, IReadOnlyList<string> layers, CancellationToken cancellationToken)
    {
        var descriptions = new Dictionary<string, JsonNode>();
        var regular = new HashSet<string>();
        var reader = new TarReader(archive);
        while (await reader.NextAsync(cancellationToken) is { } entry)
        {
            // A layer that comes twice in an image is a file once, and then links to it.
            if (entry.IsFile)
                regular.Add(entry.Name);
            if (entry is { IsFile: true, Size: > 1 and <= LargestDescription } && Parse(await reader.ReadContentAsync(entry, cancellationToken)) is { } json)
                descriptions[entry.Name] = json;
        }

        var names = new Dictionary<string, string>();
        foreach (var item in descriptions.GetValueOrDefault("manifest.json").Items())
        {
            var files = item.Texts("Layers");
            var config = descriptions.GetValueOrDefault(item.Text("Config"));
            // An archive may have the same image for other platforms, too.
            if (files.Count == layers.Count && config.Texts("rootfs", "diff_ids").SequenceEqual(layers))
            {
                foreach (var (file, layer) in files.Zip(layers).Where(pair => regular.Contains(pair.First)))
                    names[file] = layer;
            }
        }

        return names;
    }

    private static JsonNode? Parse(byte[] content)
    {
        if (content[0] is not ((byte)'{' or (byte)'['))
            return null;
        try
        {
            return JsonNode.Parse(content);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
