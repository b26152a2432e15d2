using System.Net;
using System.Text.Json.Nodes;
using DockerMigrator.Docker.Containers;
using DockerMigrator.Docker.Json;

namespace DockerMigrator.Docker.Engine;

public sealed partial class DockerClient
{
    /// <summary>From this version of the API on, inspect hides a configured MAC address of the main network from those who ask with it.</summary>
    private static readonly Version HidesMacAddress = new(1, 52);

    /// <summary>Everything Docker knows about a container.</summary>
    /// <param name="nameOrId">A name, an ID, or the beginning of one that is unique on this host.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="DockerException">There is no such container, or more than one.</exception>
    public async Task<ContainerInspect> InspectContainerAsync(string nameOrId, CancellationToken cancellationToken = default)
    {
        if (nameOrId.Length == 0)
            throw new DockerException("The name of the container is empty.");
        try
        {
            var path = $"containers/{Uri.EscapeDataString(nameOrId)}/json";
            var json = AsObject(await GetAsync(path, $"inspect container {nameOrId}", cancellationToken), $"container {nameOrId}");
            if (ApiVersion >= HidesMacAddress)
                await AddMacAddressAsync(json, path, cancellationToken);
            return new ContainerInspect(json);
        }
        catch (DockerException e) when (e.IsNotFound && !e.Message.Contains("multiple IDs", StringComparison.OrdinalIgnoreCase))
        {
            throw new DockerException(HttpStatusCode.NotFound, $"There is no container \"{nameOrId}\" on this host.");
        }
        catch (DockerException e) when (e.Message.Contains("multiple IDs", StringComparison.OrdinalIgnoreCase))
        {
            throw new DockerException(HttpStatusCode.Conflict, $"\"{nameOrId}\" is the beginning of more than one container's ID on this host: give more of it.");
        }
    }

    /// <summary>Creates a container and returns its ID.</summary>
    /// <param name="name">Its name; null lets Docker make one up.</param>
    /// <param name="platform">Which platform of the image, as <c>os/arch[/variant]</c>; null for the host's.</param>
    /// <param name="body">The request's body: Config, with HostConfig and NetworkingConfig in it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<string> CreateContainerAsync(string? name, string? platform, JsonObject body, CancellationToken cancellationToken = default)
    {
        var answer = await PostAsync(
            "containers/create" + Query(("name", name), ("platform", platform)), body, $"create container {name}", cancellationToken);
        var id = answer.Text("Id");
        return id.Length > 0 ? id : throw new DockerException($"Docker created container {name} but did not tell its ID.");
    }

    /// <summary>Starts it; one that runs already is fine.</summary>
    public Task StartContainerAsync(string container, CancellationToken cancellationToken = default) =>
        ActAsync(container, "start", "start", cancellationToken);

    /// <summary>Freezes all its processes.</summary>
    public Task PauseContainerAsync(string container, CancellationToken cancellationToken = default) =>
        ActAsync(container, "pause", "pause", cancellationToken);

    /// <summary>Thaws it.</summary>
    public Task UnpauseContainerAsync(string container, CancellationToken cancellationToken = default) =>
        ActAsync(container, "unpause", "unpause", cancellationToken);

    /// <summary>Sends a signal to its first process.</summary>
    /// <param name="container">Name or ID.</param>
    /// <param name="signal">As <c>SIGKILL</c>, <c>KILL</c> or <c>9</c>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task KillContainerAsync(string container, string signal = "SIGKILL", CancellationToken cancellationToken = default) =>
        ActAsync(container, "kill" + Query(("signal", signal)), "kill", cancellationToken);

    /// <summary>Stops it: its stop signal, then after the timeout SIGKILL; one that is stopped already is fine.</summary>
    /// <param name="container">Name or ID.</param>
    /// <param name="timeoutSeconds">Null for the container's own.</param>
    /// <param name="cancellationToken">Gives up waiting; Docker goes on stopping.</param>
    public Task StopContainerAsync(string container, int? timeoutSeconds = null, CancellationToken cancellationToken = default) =>
        ActAsync(container, "stop" + Query(("t", timeoutSeconds?.ToString())), "stop", cancellationToken);

    /// <summary>Gives it another name.</summary>
    public Task RenameContainerAsync(string container, string newName, CancellationToken cancellationToken = default) =>
        ActAsync(container, "rename" + Query(("name", newName)), "rename", cancellationToken);

    /// <summary>Waits until it does not run and returns its exit status.</summary>
    public async Task<int> WaitContainerAsync(string container, CancellationToken cancellationToken = default)
    {
        var answer = await PostAsync(
            $"containers/{Uri.EscapeDataString(container)}/wait" + Query(("condition", "not-running")), null, $"wait for container {container}", cancellationToken);
        return (int)answer.Number("StatusCode");
    }

    /// <summary>
    /// Whether there is something at a path of a container. Docker mounts the container's volumes for that if it does not run, by
    /// whatever driver they are.
    /// </summary>
    public async Task<bool> HasPathAsync(string container, string path, CancellationToken cancellationToken = default)
    {
        using var request = Request(HttpMethod.Head, $"containers/{Uri.EscapeDataString(container)}/archive" + Query(("path", path)));
        try
        {
            using var response = await SendAsync(request, $"look at {path} in container {container}", cancellationToken);
            return true;
        }
        catch (DockerException e) when (e.IsNotFound)
        {
            return false;
        }
    }

    /// <summary>The last lines that it has written to its output and errors since then, as the log driver has them; empty if that cannot be read.</summary>
    public async Task<string> ReadLastLinesAsync(string container, int lines, DateTimeOffset since, CancellationToken cancellationToken = default)
    {
        var (seconds, milliseconds) = Math.DivRem(since.ToUnixTimeMilliseconds(), 1000);
        try
        {
            using var request = Request(HttpMethod.Get, $"containers/{Uri.EscapeDataString(container)}/logs" + Query(("stdout", "1"), ("stderr", "1"), ("tail", $"{lines}"), ("since", $"{seconds}.{milliseconds:000}000000")));
            using var response = await SendAsync(request, $"read the log of container {container}", cancellationToken);
            await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
            return await Logs.OutputStream.ReadAsync(stream, cancellationToken);
        }
        catch (Exception e) when (e is DockerException or HttpRequestException or IOException)
        {
            return "";
        }
    }

    /// <summary>Removes it; it is gone when this returns.</summary>
    /// <param name="container">Name or ID.</param>
    /// <param name="force">Also if it runs.</param>
    /// <param name="volumes">Its anonymous volumes as well.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>False if there was nothing to remove any more (<c>--rm</c> may be faster).</returns>
    public async Task<bool> RemoveContainerAsync(string container, bool force, bool volumes, CancellationToken cancellationToken = default)
    {
        try
        {
            var query = Query(("force", force ? "1" : null), ("v", volumes ? "1" : null));
            await DeleteAsync($"containers/{Uri.EscapeDataString(container)}{query}", $"remove container {container}", cancellationToken);
            return true;
        }
        catch (DockerException e) when (e.IsNotFound)
        {
            return false;
        }
        catch (DockerException e) when (e.StatusCode == HttpStatusCode.Conflict && e.Message.Contains("already in progress", StringComparison.Ordinal))
        {
            await WaitUntilRemovedAsync(container, cancellationToken);
            return false;
        }
    }

    /// <summary>
    /// Sets what Docker does when the container's first process ends. Do it before a pause: the engine hands the
    /// (unchanged) limits to runc in the same breath. A container with <c>--rm</c> can only have <c>no</c>.
    /// </summary>
    /// <param name="container">Name or ID.</param>
    /// <param name="policy">As in HostConfig: <c>{"Name":"always","MaximumRetryCount":0}</c>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task UpdateRestartPolicyAsync(string container, JsonNode policy, CancellationToken cancellationToken = default) =>
        PostAsync(
            $"containers/{Uri.EscapeDataString(container)}/update",
            new JsonObject { ["RestartPolicy"] = policy.DeepClone() },
            $"set the restart policy of container {container}",
            cancellationToken);

    /// <summary>Containers in short form, stopped ones too.</summary>
    /// <param name="filters">As in <c>docker ps --filter</c>; null for all.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IReadOnlyList<JsonObject>> ListContainersAsync(
        IReadOnlyDictionary<string, IReadOnlyList<string>>? filters = null, CancellationToken cancellationToken = default) =>
        AsObjects(await GetAsync("containers/json" + Query(("all", "1"), ("filters", Filters(filters))), "list its containers", cancellationToken));

    /// <summary>Every container in full. One that disappears meanwhile is left out.</summary>
    public async Task<IReadOnlyList<ContainerInspect>> InspectAllContainersAsync(CancellationToken cancellationToken = default)
    {
        var containers = new List<ContainerInspect>();
        foreach (var item in await ListContainersAsync(filters: null, cancellationToken))
        {
            try
            {
                containers.Add(await InspectContainerAsync(item.Text("Id"), cancellationToken));
            }
            catch (DockerException e) when (e.IsNotFound)
            {
                // Removed between the list and the look.
            }
        }

        return containers;
    }

    /// <summary>An exec session of a container; null if Docker has forgotten it.</summary>
    public async Task<JsonObject?> InspectExecAsync(string execId, CancellationToken cancellationToken = default)
    {
        try
        {
            return AsObject(await GetAsync($"exec/{Uri.EscapeDataString(execId)}/json", "inspect an exec session", cancellationToken), "an exec session");
        }
        catch (DockerException e) when (e.IsNotFound)
        {
            return null;
        }
    }

    private Task ActAsync(string container, string pathAndQuery, string verb, CancellationToken cancellationToken) =>
        PostAsync($"containers/{Uri.EscapeDataString(container)}/{pathAndQuery}", null, $"{verb} container {container}", cancellationToken);

    private async Task WaitUntilRemovedAsync(string container, CancellationToken cancellationToken)
    {
        try
        {
            await PostAsync($"containers/{Uri.EscapeDataString(container)}/wait" + Query(("condition", "removed")), null, $"wait for the removal of container {container}", cancellationToken);
        }
        catch (DockerException e) when (e.IsNotFound)
        {
            // Gone already.
        }
    }

    private async Task AddMacAddressAsync(JsonObject json, string path, CancellationToken cancellationToken)
    {
        using var request = Request(HttpMethod.Get, path, new Version(1, 51));
        using var response = await SendAsync(request, "inspect a container", cancellationToken);
        var mac = (await ReadJsonAsync(response, cancellationToken)).Text("Config", "MacAddress");
        if (mac.Length > 0 && json["Config"] is JsonObject config)
            config["MacAddress"] = mac;
    }

    private static string? Filters(IReadOnlyDictionary<string, IReadOnlyList<string>>? filters)
    {
        if (filters is null)
            return null;
        var json = new JsonObject();
        foreach (var (name, values) in filters)
            json[name] = new JsonArray([.. values.Select(value => (JsonNode)JsonValue.Create(value))]);
        return json.ToJsonString();
    }
}
