using System.Text.Json.Nodes;
using DockerMigrator.Docker.Json;

namespace DockerMigrator.Docker.Images;

/// <summary>
/// Tells whether two engines' images are the same. An ID cannot tell in general: it is the digest of the configuration in
/// a graph driver's store, that of the manifest or index in containerd's. Layers' contents and configuration can.
/// </summary>
public static class ImageIdentity
{
    /// <summary>Left-overs of old builders that some stores keep and others drop: they say nothing about the image.</summary>
    private static readonly HashSet<string> Incidental = ["Hostname", "Domainname", "Image", "AttachStdin", "AttachStdout", "AttachStderr", "Tty", "OpenStdin", "StdinOnce", "ArgsEscaped"];

    /// <summary>Whether they have the same layers, platform, configuration and birth.</summary>
    public static bool Same(ImageInspect left, ImageInspect right)
    {
        if (left.Id.Length > 0 && left.Id == right.Id)
            return true;
        return left.Layers.SequenceEqual(right.Layers)
            && left.Architecture == right.Architecture
            && left.Json.Text("Os") == right.Json.Text("Os")
            && Created(left) == Created(right)
            && ZeroValue.Equal(Essence(left), Essence(right));
    }

    private static DateTimeOffset Created(ImageInspect image) =>
        DateTimeOffset.TryParse(image.Json.Text("Created"), out var created) ? created : DateTimeOffset.MinValue;

    private static JsonObject Essence(ImageInspect image)
    {
        var essence = (JsonObject)image.Config.DeepClone();
        foreach (var name in Incidental)
            essence.Remove(name);
        return essence;
    }
}
