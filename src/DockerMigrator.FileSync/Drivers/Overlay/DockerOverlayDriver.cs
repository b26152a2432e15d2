using DockerMigrator.FileSync.Errors;

namespace DockerMigrator.FileSync.Drivers.Overlay;

/// <summary>
/// Docker's graph driver overlay2, which tells all directories in <c>docker inspect</c>
/// (moby, daemon/graphdriver/overlay2/overlay.go, GetMetadata).
/// </summary>
/// <param name="name">The driver's name, which is also the directory's name below Docker's root.</param>
internal class DockerOverlayDriver(string name = "overlay2") : OverlayDriver
{
    public override string Name => name;

    protected override string BaseDirectory(ContainerStorage storage) => Path.Combine(storage.DockerRoot, name);

    protected override Task<OverlayLayers> FindLayersAsync(ContainerStorage storage, CancellationToken cancellationToken)
    {
        var upper = Directory(storage, "UpperDir");
        return Task.FromResult(new OverlayLayers(upper, Directory(storage, "WorkDir"), Lowers(storage, upper)));
    }

    /// <summary>
    /// Beside the upper directory, overlay2 keeps the list of lower ones by their short links (l/ABC…), by which many
    /// layers fit into one mount call.
    /// </summary>
    private List<string> Lowers(ContainerStorage storage, string upper)
    {
        var list = Path.Combine(Path.GetDirectoryName(upper)!, "lower");
        return File.Exists(list)
            ? [.. File.ReadAllText(list).Trim().Split(':').Select(link => Path.Combine(BaseDirectory(storage), link))]
            : [.. OverlayLayers.SplitLowers(Directory(storage, "LowerDir"))];
    }

    private string Directory(ContainerStorage storage, string key) =>
        storage.DriverData.TryGetValue(key, out var path) && Path.IsPathRooted(path)
            ? path
            : throw new TreeException($"Docker does not tell the {key} of {storage.Description}, though it uses {name}.");
}
