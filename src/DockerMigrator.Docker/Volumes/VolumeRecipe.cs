using System.Text.Json.Nodes;
using DockerMigrator.Docker.Json;

namespace DockerMigrator.Docker.Volumes;

/// <summary>How to create a named volume that is what another one was.</summary>
public static class VolumeRecipe
{
    /// <summary>What inspect shows of a volume besides its configuration.</summary>
    private static readonly HashSet<string> State = ["CreatedAt", "Mountpoint", "Scope", "Status", "UsageData", "Options"];

    /// <summary>The body of <c>POST /volumes/create</c>, from what inspect shows of the volume. Unknown fields go along.</summary>
    public static JsonObject From(JsonObject volume)
    {
        var body = new JsonObject();
        foreach (var (name, value) in volume)
        {
            if (!State.Contains(name))
                body[name] = value?.DeepClone();
        }

        // The one field that has two names.
        body["DriverOpts"] = volume["Options"]?.DeepClone();
        return body;
    }

    /// <summary>Where the volume's content lies.</summary>
    public static VolumeStorage StorageOf(JsonObject volume)
    {
        var (type, device) = (volume.Text("Options", "type"), volume.Text("Options", "device"));
        if (volume.Text("Driver") != "local" || type is "nfs" or "nfs4" or "cifs" or "smb3" or "ceph" or "glusterfs")
            return VolumeStorage.Network;
        if (type == "tmpfs")
            return VolumeStorage.Memory;
        if (device.StartsWith('/') && volume.Text("Options", "o").Split(',').Any(option => option is "bind" or "rbind"))
            return VolumeStorage.HostPath;
        return type.Length > 0 || device.Length > 0 ? VolumeStorage.Device : VolumeStorage.Directory;
    }

    /// <summary>The host's directory that holds the content of a volume of <see cref="VolumeStorage.HostPath"/>; null for any other.</summary>
    public static string? HostPathOf(JsonObject volume) => StorageOf(volume) == VolumeStorage.HostPath ? volume.Text("Options", "device") : null;
}
