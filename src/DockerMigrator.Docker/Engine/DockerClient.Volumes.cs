using System.Text.Json.Nodes;
using DockerMigrator.Docker.Json;

namespace DockerMigrator.Docker.Engine;

public sealed partial class DockerClient
{
    /// <summary>A volume in full; null if there is none of that name.</summary>
    public async Task<JsonObject?> InspectVolumeAsync(string name, CancellationToken cancellationToken = default)
    {
        try
        {
            return AsObject(await GetAsync($"volumes/{Uri.EscapeDataString(name)}", $"inspect volume {name}", cancellationToken), $"volume {name}");
        }
        catch (DockerException e) when (e.IsNotFound)
        {
            return null;
        }
    }

    /// <summary>Creates a volume, or finds the one that has the name; returns it in full.</summary>
    public async Task<JsonObject> CreateVolumeAsync(JsonObject body, CancellationToken cancellationToken = default)
    {
        var name = body.Text("Name");
        return AsObject(await PostAsync("volumes/create", body, $"create volume {name}", cancellationToken), $"volume {name}");
    }

    /// <summary>Removes a volume; false if there was none.</summary>
    public async Task<bool> RemoveVolumeAsync(string name, CancellationToken cancellationToken = default)
    {
        try
        {
            await DeleteAsync($"volumes/{Uri.EscapeDataString(name)}", $"remove volume {name}", cancellationToken);
            return true;
        }
        catch (DockerException e) when (e.IsNotFound)
        {
            return false;
        }
    }

    /// <summary>The containers, stopped ones too, that use a volume, in short form.</summary>
    public Task<IReadOnlyList<JsonObject>> ListVolumeUsersAsync(string name, CancellationToken cancellationToken = default) =>
        ListContainersAsync(new Dictionary<string, IReadOnlyList<string>> { ["volume"] = [name] }, cancellationToken);
}
