using DockerMigrator.FileSync.Errors;

namespace DockerMigrator.FileSync.Drivers;

/// <summary>
/// Docker's own notes on which of a graph driver's layers are a container's (moby, layer/filestore.go): needed where
/// <c>docker inspect</c> tells nothing, as with vfs and aufs.
/// </summary>
internal static class LayerNotes
{
    /// <summary>ID of the layer that the container writes to.</summary>
    /// <exception cref="TreeException">There is no such note.</exception>
    public static string Writable(ContainerStorage storage, string driver) => Read(storage, driver, "mount-id");

    /// <summary>ID of the layer below it, in which Docker put what every container has on top of its image ("/etc/hosts", "/dev").</summary>
    /// <exception cref="TreeException">There is no such note.</exception>
    public static string Initial(ContainerStorage storage, string driver) => Read(storage, driver, "init-id");

    private static string Read(ContainerStorage storage, string driver, string role)
    {
        var note = Path.Combine(storage.DockerRoot, "image", driver, "layerdb", "mounts", storage.ContainerId, role);
        try
        {
            return File.ReadAllText(note).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TreeException($"Docker's note '{note}' about the container's layer cannot be read: {e.Message}", e);
        }
    }
}
