using DockerMigrator.Docker.Engine;
using DockerMigrator.Docker.Json;

namespace DockerMigrator.Docker.Images;

/// <summary>Which layers of a wanted image an engine has already, whatever images they came with.</summary>
/// <param name="Wanted">The image's layers, lowest first.</param>
/// <param name="Donors">The engine's images that have any of them.</param>
public sealed record LayerStock(IReadOnlyList<string> Wanted, IReadOnlyList<ImageInspect> Donors)
{
    /// <summary>The layers that the engine has.</summary>
    public IReadOnlySet<string> Known { get; } = Wanted.Where(layer => Donors.Any(donor => donor.Layers.Contains(layer))).ToHashSet();

    /// <summary>How many of the lowest layers lie upon each other here just as in the wanted image.</summary>
    public int SharedBase { get; } = Donors.Select(donor => donor.Layers.Zip(Wanted).TakeWhile(pair => pair.First == pair.Second).Count()).DefaultIfEmpty().Max();

    /// <summary>Looks through all images of an engine.</summary>
    public static async Task<LayerStock> TakeAsync(DockerClient docker, IReadOnlyList<string> wanted, CancellationToken cancellationToken = default)
    {
        var donors = new List<ImageInspect>();
        foreach (var item in await docker.ListImagesAsync(cancellationToken))
        {
            if (await docker.InspectImageAsync(item.Text("Id"), cancellationToken) is { } image && image.Layers.Intersect(wanted).Any())
                donors.Add(image);
        }

        return new LayerStock(wanted, donors);
    }

    /// <summary>
    /// Whether a graph driver's engine can do without a layer's content: it looks for layers by all that they lie on, and
    /// opens an archive's file only if it has none (moby, image/tarexport/load.go).
    /// </summary>
    public bool IsInSharedBase(string layer) => Wanted.Take(SharedBase).Contains(layer) && !Wanted.Skip(SharedBase).Contains(layer);
}
