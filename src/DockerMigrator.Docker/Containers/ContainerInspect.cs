using System.Text.Json.Nodes;
using DockerMigrator.Docker.Json;

namespace DockerMigrator.Docker.Containers;

/// <summary>What <c>docker inspect</c> tells of a container: the whole JSON, with names for the fields in use here.</summary>
/// <param name="Json">As the engine sent it.</param>
public sealed record ContainerInspect(JsonObject Json)
{
    /// <summary>64 hexadecimal digits.</summary>
    public string Id => Json.Text("Id");

    /// <summary>The first 12 digits of <see cref="Id"/>: Docker's default host name and alias.</summary>
    public string ShortId => Id.Length > 12 ? Id[..12] : Id;

    /// <summary>The name, without the slash that Docker puts before it.</summary>
    public string Name => Json.Text("Name").TrimStart('/');

    /// <summary>What runs in it: command, environment, labels …</summary>
    public JsonObject Config => Json.At("Config") as JsonObject ?? [];

    /// <summary>What the host lends it: mounts, limits, ports …</summary>
    public JsonObject HostConfig => Json.At("HostConfig") as JsonObject ?? [];

    /// <summary>Its endpoints by network name.</summary>
    public IEnumerable<KeyValuePair<string, JsonNode?>> Networks => Json.Members("NetworkSettings", "Networks");

    /// <summary>ID of its image in this engine's store.</summary>
    public string ImageId => Json.Text("Image");

    /// <summary>How its image was called when it was created.</summary>
    public string ImageName => Config.Text("Image");

    /// <summary>Process ID of its init on the host; 0 if it does not run.</summary>
    public int Pid => (int)Json.Number("State", "Pid");

    /// <summary>Docker's word for its state: created, running, paused, restarting, removing, exited, dead.</summary>
    public string Status => Json.Text("State", "Status");

    /// <summary>Whether it has processes, be they frozen.</summary>
    public bool IsRunning => Json.Flag("State", "Running");

    /// <summary>Whether they are frozen.</summary>
    public bool IsPaused => Json.Flag("State", "Paused");

    /// <summary>Whether Docker removes it when it ends (<c>--rm</c>).</summary>
    public bool AutoRemove => HostConfig.Flag("AutoRemove");

    /// <summary>Its storage driver, or snapshotter.</summary>
    public string StorageDriver => Json.Text("Driver");

    /// <summary>Its logging driver.</summary>
    public string LogDriver => HostConfig.Text("LogConfig", "Type");

    /// <summary>Path of the log file of the <c>json-file</c> driver; empty for others, and before the first start.</summary>
    public string LogPath => Json.Text("LogPath");

    /// <summary>The network it was created with, as <c>--network</c> had it (<c>bridge</c>, a name, an ID, <c>container:…</c>).</summary>
    public string NetworkMode => HostConfig.Text("NetworkMode");

    /// <summary>Path that its network namespace is bound to.</summary>
    public string SandboxKey => Json.Text("NetworkSettings", "SandboxKey");

    /// <summary>Exec sessions that Docker remembers: running, or done a short while ago.</summary>
    public IReadOnlyList<string> ExecIds => Json.Texts("ExecIDs");

    /// <summary>The restart policy, <c>{"Name":"no","MaximumRetryCount":0}</c> if there is none.</summary>
    public JsonObject RestartPolicy => HostConfig.At("RestartPolicy") is JsonObject policy && policy.Text("Name").Length > 0
        ? (JsonObject)policy.DeepClone()
        : RestartPolicies.None();

    /// <summary>Whether Docker starts it again by itself.</summary>
    public bool Restarts => RestartPolicy.Text("Name") is not "no";
}
