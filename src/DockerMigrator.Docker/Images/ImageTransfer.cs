using DockerMigrator.Docker.Engine;
using DockerMigrator.Docker.Json;

namespace DockerMigrator.Docker.Images;

/// <summary>
/// Moves an image from engine to engine as one stream that touches no disk in between, across storage drivers and image
/// stores. The source exports; the target finds out whether it has the image, loads it, and checks that it is the one.
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

    /// <summary>The image as a stream: by its free names, so that they arrive with it, or by ID if it has none.</summary>
    /// <param name="source">The source's engine.</param>
    /// <param name="image">The image, as this engine shows it.</param>
    /// <param name="names">What <see cref="FreeNamesAsync"/> said on the target.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static Task<Stream> ExportAsync(DockerClient source, ImageInspect image, IReadOnlyList<string> names, CancellationToken cancellationToken = default) =>
        source.ExportImagesAsync(names.Count > 0 ? names : [image.Id], cancellationToken);

    /// <summary>Loads the stream and checks that the wanted image is there now.</summary>
    /// <exception cref="DockerException">Docker refused the stream, or what arrived is another image.</exception>
    public static async Task<LoadedImage> LoadAsync(
        DockerClient target, Stream archive, ImageInspect wanted, string imageName, IReadOnlyList<string> names, CancellationToken cancellationToken = default)
    {
        var said = await target.LoadImagesAsync(archive, cancellationToken);
        var match = await FindAsync(target, wanted, imageName, cancellationToken)
            ?? throw new DockerException($"The image arrived on the target as another one than was sent ({(said.Count > 0 ? string.Join("; ", said) : "Docker loaded nothing")}): wanted were the layers and configuration of {wanted.Id}.");
        return new LoadedImage(match, names.Count > 0 ? names : [match.Id]);
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
