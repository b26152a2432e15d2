using DockerMigrator.Docker.Engine;
using DockerMigrator.Docker.Json;

namespace DockerMigrator.Docker.Images;

/// <summary>About how many bytes the layers of an image take, as Docker tells none of a single one.</summary>
public static class LayerSizes
{
    /// <summary>Bytes by diff ID.</summary>
    public static async Task<IReadOnlyDictionary<string, long>> FindAsync(DockerClient docker, ImageInspect image, CancellationToken cancellationToken)
    {
        var history = await docker.ImageHistoryAsync(image.Id, cancellationToken);
        return Of(image, [.. history.Select(step => step.Number("Size")).Reverse()]);
    }

    /// <summary>
    /// From the steps of a build, oldest first: those that changed files are the layers. Where some changed nothing and made
    /// a layer all the same, which is which cannot be told, and each layer counts as the same.
    /// </summary>
    internal static IReadOnlyDictionary<string, long> Of(ImageInspect image, IReadOnlyList<long> steps)
    {
        var sizes = new Dictionary<string, long>();
        var filled = steps.Where(size => size > 0).ToList();
        for (var i = 0; i < image.Layers.Count; i++)
            sizes[image.Layers[i]] = filled.Count == image.Layers.Count ? filled[i] : image.Size / image.Layers.Count;
        return sizes;
    }
}
