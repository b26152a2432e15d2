using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using DockerMigrator.Docker.Images;

namespace DockerMigrator.Docker.Engine;

public sealed partial class DockerClient
{
    /// <summary>An image in full; null if there is none.</summary>
    /// <param name="reference">A name with tag or digest, or an ID.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<ImageInspect?> InspectImageAsync(string reference, CancellationToken cancellationToken = default)
    {
        try
        {
            return new ImageInspect(AsObject(await GetAsync($"images/{Escape(reference)}/json", $"inspect image {reference}", cancellationToken), $"image {reference}"));
        }
        catch (DockerException e) when (e.IsNotFound)
        {
            return null;
        }
    }

    /// <summary>All images that are not mere steps of a build, in short form.</summary>
    public async Task<IReadOnlyList<JsonObject>> ListImagesAsync(CancellationToken cancellationToken = default) =>
        AsObjects(await GetAsync("images/json", "list its images", cancellationToken));

    /// <summary>Gives an image one more name.</summary>
    /// <param name="image">Name or ID.</param>
    /// <param name="repository">The new name without its tag.</param>
    /// <param name="tag">Its tag.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task TagImageAsync(string image, string repository, string tag, CancellationToken cancellationToken = default) =>
        PostAsync($"images/{Escape(image)}/tag" + Query(("repo", repository), ("tag", tag)), null, $"tag image {image} as {repository}:{tag}", cancellationToken);

    /// <summary>Removes a name of an image, and the image with its last one; false if there was none.</summary>
    public async Task<bool> RemoveImageAsync(string reference, CancellationToken cancellationToken = default)
    {
        try
        {
            await DeleteAsync($"images/{Escape(reference)}", $"remove image {reference}", cancellationToken);
            return true;
        }
        catch (DockerException e) when (e.IsNotFound)
        {
            return false;
        }
    }

    /// <summary>
    /// Images as one tar stream, as <c>docker save</c> makes it. Nothing is on disk. A failure in the middle cannot be
    /// told from the stream: whoever loads it has to check what arrived. Disposing of it early stops Docker.
    /// </summary>
    /// <param name="references">Names (kept in the archive) or IDs.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<Stream> ExportImagesAsync(IReadOnlyList<string> references, CancellationToken cancellationToken = default)
    {
        var names = string.Join('&', references.Select(reference => "names=" + Uri.EscapeDataString(reference)));
        using var request = Request(HttpMethod.Get, $"images/get?{names}");
        var response = await SendAsync(request, $"export image {string.Join(", ", references)}", cancellationToken);
        return await response.Content.ReadAsStreamAsync(cancellationToken);
    }

    /// <summary>Loads images from a tar stream; returns what Docker said, a line an image.</summary>
    /// <param name="writeArchive">Writes the tar stream.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="DockerException">Docker refused, also if it did so in the midst of a 200.</exception>
    public async Task<IReadOnlyList<string>> LoadImagesAsync(Func<Stream, CancellationToken, Task> writeArchive, CancellationToken cancellationToken = default)
    {
        using var request = Request(HttpMethod.Post, "images/load" + Query(("quiet", "1")));
        request.Content = new WrittenContent(writeArchive);
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-tar");
        using var response = await SendAsync(request, "load an image", cancellationToken);
        await using var progress = await response.Content.ReadAsStreamAsync(cancellationToken);
        return await ProgressStream.ReadAsync(progress, "load an image", cancellationToken);
    }

    /// <summary>The steps by which an image was built, newest first, with the bytes that each added.</summary>
    public async Task<IReadOnlyList<JsonObject>> ImageHistoryAsync(string reference, CancellationToken cancellationToken = default) =>
        AsObjects(await GetAsync($"images/{Escape(reference)}/history", $"tell the history of image {reference}", cancellationToken));
}
