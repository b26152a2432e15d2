using System.Text.RegularExpressions;
using DockerMigrator.Docker.Engine;
using DockerMigrator.Docker.Images.Archives;
using DockerMigrator.Protocol.Messages;

namespace DockerMigrator.Docker.Images;

/// <summary>
/// Puts layers that were not sent behind an archive: exports of this engine's own images have them byte for byte, so nothing
/// needs to be known of how it keeps them. What a graph driver's engine finds by itself is not even read.
/// </summary>
/// <param name="docker">The target's engine.</param>
/// <param name="stock">What of the image is here.</param>
/// <param name="leftOut">What was left out of the archive.</param>
/// <param name="usesContainerdStore">Whether the engine has the containerd image store.</param>
internal sealed partial class ImageCompletion(DockerClient docker, LayerStock stock, IReadOnlyList<MissingLayer> leftOut, bool usesContainerdStore)
{
    /// <summary>As Docker names the files of layers: since 25 by digest, before in a directory each. The name comes from the other side.</summary>
    [GeneratedRegex("^(blobs/sha256/[0-9a-f]{64}|[0-9a-f]{64}/layer\\.tar)$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex FileName { get; }

    /// <summary>Writes the missing files and the archive's end.</summary>
    /// <exception cref="IncompleteImageException">A layer is not here any more, or not as it is needed.</exception>
    public async Task WriteAsync(Stream target, CancellationToken cancellationToken)
    {
        var missing = leftOut.Where(layer => usesContainerdStore || !stock.IsInSharedBase(layer.DiffId)).DistinctBy(layer => layer.DiffId).ToDictionary(layer => layer.DiffId, layer => layer.Name);
        if (missing.Values.FirstOrDefault(name => !FileName.IsMatch(name)) is { } odd)
            throw new IncompleteImageException($"The source left out a file that is no layer: {odd}.");
        var donors = stock.Donors.ToList();
        while (missing.Count > 0)
        {
            var donor = donors.MaxBy(donor => donor.Layers.Count(missing.ContainsKey));
            if (donor is null || !donors.Remove(donor))
                throw new IncompleteImageException($"Layer {missing.Keys.First()} is not here as it is needed.");
            await TakeFromAsync(donor, missing, target, cancellationToken);
        }

        await PartialArchive.EndAsync(target, cancellationToken);
    }

    private async Task TakeFromAsync(ImageInspect donor, Dictionary<string, string> missing, Stream target, CancellationToken cancellationToken)
    {
        if (!donor.Layers.Any(missing.ContainsKey))
            return;
        var names = await LayerNames.FindAsync(docker, donor, usesContainerdStore, cancellationToken);
        var wanted = names
            .Where(name => missing.TryGetValue(name.Value, out var file) && CanServe(name.Key, file))
            .ToDictionary(name => name.Key, name => missing[name.Value]);
        if (wanted.Count == 0)
            return;
        var taken = wanted.Keys.ToList();
        await using var archive = await docker.ExportImagesAsync([donor.Id], cancellationToken);
        await PartialArchive.PickAsync(archive, wanted, target, cancellationToken);
        foreach (var name in taken.Where(name => !wanted.ContainsKey(name)))
            missing.Remove(names[name]);
    }

    /// <summary>
    /// The containerd store keeps blobs as they came, perhaps compressed, and looks for them by their digests; a graph
    /// driver's engine looks at the content alone.
    /// </summary>
    private bool CanServe(string here, string wanted) => !usesContainerdStore || here == wanted || !wanted.StartsWith("blobs/", StringComparison.Ordinal);
}
