using DockerMigrator.Docker.Engine;
using DockerMigrator.Docker.Images.Archives;
using DockerMigrator.Docker.Json;
using DockerMigrator.Protocol.Messages;

namespace DockerMigrator.Docker.Images;

/// <summary>
/// Moves an image from engine to engine as one stream that touches no disk in between, across storage drivers and image
/// stores. The source exports, but for the layers that the target has; the target finds out whether it has the image,
/// completes and loads it, and checks that it is the one.
/// </summary>
public static class ImageTransfer
{
    /// <summary>Finds the wanted image in the target's engine; null if it has to be sent.</summary>
    /// <param name="target">The target's engine.</param>
    /// <param name="wanted">The image as the source's engine shows it.</param>
    /// <param name="imageName">How the source's container calls it (Config.Image).</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<ImageMatch?> FindAsync(DockerClient target, ImageInspect wanted, string imageName, CancellationToken cancellationToken = default)
    {
        // Likely places first; the whole list only if the image is there under another ID and without its names.
        string[] likely = [imageName, wanted.Id, .. wanted.RepoTags, .. wanted.RepoDigests];
        foreach (var reference in likely.Where(reference => reference.Length > 0).Distinct())
        {
            if (await target.InspectImageAsync(reference, cancellationToken) is { } image && ImageIdentity.Same(image, wanted))
                return await MatchAsync(target, image, imageName, cancellationToken);
        }

        foreach (var item in await target.ListImagesAsync(cancellationToken))
        {
            if (await target.InspectImageAsync(item.Text("Id"), cancellationToken) is { } image && ImageIdentity.Same(image, wanted))
                return await MatchAsync(target, image, imageName, cancellationToken);
        }

        return null;
    }

    /// <summary>
    /// The image's names that may be sent along: those that mean nothing on the target yet. The others would be taken
    /// away from images that are there.
    /// </summary>
    public static async Task<IReadOnlyList<string>> FreeNamesAsync(DockerClient target, ImageInspect wanted, CancellationToken cancellationToken = default)
    {
        var free = new List<string>();
        foreach (var tag in wanted.RepoTags)
        {
            if (await target.InspectImageAsync(tag, cancellationToken) is null)
                free.Add(tag);
        }

        return free;
    }

    /// <summary>Which of the image's layers need not be sent, by the names of their files in the archive.</summary>
    /// <param name="source">The source's engine.</param>
    /// <param name="image">The image, as this engine shows it.</param>
    /// <param name="known">The layers that the target says it has.</param>
    /// <param name="usesContainerdStore">Whether the source's engine has the containerd image store.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<IReadOnlyList<MissingLayer>> LeaveOutAsync(
        DockerClient source, ImageInspect image, IReadOnlyCollection<string> known, bool usesContainerdStore, CancellationToken cancellationToken = default)
    {
        if (!known.Any(image.Layers.Contains))
            return [];
        if (!LayerNames.AreObvious(source, usesContainerdStore))
        {
            // To know the names all of the image has to be read once more: not for the sake of a small part of it.
            var sizes = await LayerSizes.FindAsync(source, image, cancellationToken);
            if (sizes.Where(layer => known.Contains(layer.Key)).Sum(layer => layer.Value) < sizes.Values.Sum() / 4)
                return [];
        }

        var names = await LayerNames.FindAsync(source, image, usesContainerdStore, cancellationToken);
        return [.. names.Where(name => known.Contains(name.Value)).Select(name => new MissingLayer(name.Key, name.Value))];
    }

    /// <summary>Sends the image: by its free names, so that they arrive with it, or by ID if it has none.</summary>
    /// <param name="source">The source's engine.</param>
    /// <param name="image">The image, as this engine shows it.</param>
    /// <param name="names">What <see cref="FreeNamesAsync"/> said on the target.</param>
    /// <param name="leftOut">What <see cref="LeaveOutAsync"/> said.</param>
    /// <param name="target">Where to.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="DockerException">Docker does not export it, or breaks off.</exception>
    public static async Task ExportAsync(
        DockerClient source, ImageInspect image, IReadOnlyList<string> names, IReadOnlyList<MissingLayer> leftOut, Stream target, CancellationToken cancellationToken = default)
    {
        await using var archive = await source.ExportImagesAsync(names.Count > 0 ? names : [image.Id], cancellationToken);
        await PartialArchive.CopyAsync(archive, leftOut.Select(layer => layer.Name).ToHashSet(), target, cancellationToken);
    }

    /// <summary>Loads what was exported, completed by the layers that were left out, and checks that the wanted image is there now.</summary>
    /// <exception cref="DockerException">Docker refused the image, or what arrived is another one.</exception>
    /// <exception cref="IncompleteImageException">The same, where it may be for the layers that were left out.</exception>
    public static async Task<LoadedImage> LoadAsync(
        DockerClient target, Stream archive, ImageInspect wanted, string imageName, IReadOnlyList<string> names, IReadOnlyList<MissingLayer> leftOut, bool usesContainerdStore, CancellationToken cancellationToken = default)
    {
        IncompleteImageException? incomplete = null;
        try
        {
            var stock = await LayerStock.TakeAsync(target, leftOut.Count > 0 ? wanted.Layers : [], cancellationToken);
            var completion = new ImageCompletion(target, stock, leftOut, usesContainerdStore);
            var said = await target.LoadImagesAsync(
                async (stream, token) =>
                {
                    await archive.CopyToAsync(stream, 1 << 20, token);
                    try
                    {
                        await completion.WriteAsync(stream, token);
                    }
                    catch (IncompleteImageException e)
                    {
                        // Docker's client would only tell that the body broke off.
                        incomplete = e;
                        throw;
                    }
                },
                cancellationToken);
            // The containerd store counts an image that it could not unpack as loaded.
            if (said.FirstOrDefault(line => line.StartsWith("Error unpacking", StringComparison.Ordinal)) is { } trouble)
                throw new DockerException($"Docker could not load the image: {trouble.TrimEnd('.')}.");
            var match = await FindAsync(target, wanted, imageName, cancellationToken)
                ?? throw new DockerException($"The image arrived on the target as another one than was sent ({(said.Count > 0 ? string.Join("; ", said) : "Docker loaded nothing")}): wanted were the layers and configuration of {wanted.Id}.");
            return new LoadedImage(match, names.Count > 0 ? names : [match.Id]);
        }
        catch (Exception e) when (incomplete is not null || (e is DockerException && leftOut.Count > 0))
        {
            throw incomplete ?? new IncompleteImageException(e.Message, e);
        }
    }

    /// <summary>Takes a loaded image away again.</summary>
    public static async Task UndoAsync(DockerClient target, LoadedImage loaded, CancellationToken cancellationToken = default)
    {
        foreach (var reference in loaded.AddedReferences)
            await target.RemoveImageAsync(reference, cancellationToken);
    }

    private static async Task<ImageMatch> MatchAsync(DockerClient target, ImageInspect image, string imageName, CancellationToken cancellationToken)
    {
        if (imageName.Length > 0 && !ImageNames.IsId(imageName) && await target.InspectImageAsync(imageName, cancellationToken) is { } named && named.Id == image.Id)
            return new ImageMatch(image.Id, imageName);
        return new ImageMatch(image.Id, image.Id);
    }
}
