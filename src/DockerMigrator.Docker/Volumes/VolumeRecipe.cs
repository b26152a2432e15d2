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

    /// <summary>
    /// Whether the volume's content is in the volume's driver and not on this host's disk: both hosts see the same, and
    /// there is nothing to copy. So with any driver but <c>local</c>, and with <c>local</c> mounting a network share.
    /// </summary>
    public static bool IsRemote(JsonObject volume) =>
        volume.Text("Driver") != "local" || volume.Text("Options", "type") is "nfs" or "nfs4" or "cifs" or "smb3" or "ceph" or "glusterfs";
}
