using System.Net;
using System.Text.Json.Nodes;
using DockerMigrator.Docker.Containers;
using DockerMigrator.Native.Processes;

namespace DockerMigrator.EndToEnd.Harness;

/// <summary>A running host of the lab.</summary>
/// <param name="Name">Its name, in the lab and among the hosts.</param>
/// <param name="Address">Where the tests reach its published ports.</param>
/// <param name="Root">Its file tree as this process sees it.</param>
public sealed record LabHost(string Name, IPAddress Address, string Root)
{
    // Removes what a test, or a migration that failed in it, may have left.
    private const string Clean = """
        containers=$(docker ps -aq)
        [ -z "$containers" ] || docker rm -fv $containers
        volumes=$(docker volume ls -q)
        [ -z "$volumes" ] || docker volume rm -f $volumes
        docker network prune -f
        for mount in $(awk '$5 ~ "^/run/docker-migrator/" { print $5 }' /proc/self/mountinfo | sort -r); do umount -l "$mount"; done
        rm -rf /run/docker-migrator /var/lib/docker-migrator /srv/*
        """;

    /// <summary>Runs a command in the host; throws if it fails.</summary>
    public async Task<string> OnAsync(params string[] command)
    {
        var result = await TryOnAsync(command);
        return result.Succeeded
            ? result.Stdout.TrimEnd('\n')
            : throw new CommandFailedException($"{Name}: {string.Join(' ', command)}", result);
    }

    public Task<CommandResult> TryOnAsync(params string[] command) => LabTool.TryRunAsync(["on", Name, .. command]);

    /// <summary>Runs a script by bash in the host; throws if a command in it fails.</summary>
    public Task<string> ShellAsync(string script) => OnAsync("bash", "-euc", script);

    public Task<string> DockerAsync(params string[] arguments) => OnAsync(["docker", .. arguments]);

    public Task<CommandResult> TryDockerAsync(params string[] arguments) => TryOnAsync(["docker", .. arguments]);

    /// <summary>Starts a container; options, image and command as for <c>docker run -d --name NAME</c>.</summary>
    public Task<string> StartAsync(string name, params string[] arguments) =>
        DockerAsync(["run", "-d", "--name", name, .. arguments]);

    public async Task<ContainerInspect> InspectAsync(string container) =>
        new((JsonObject)JsonNode.Parse(await DockerAsync("inspect", container))!.AsArray()[0]!.DeepClone());

    public async Task<bool> HasContainerAsync(string name) =>
        (await DockerAsync("ps", "-a", "--format", "{{.Names}}")).Split('\n').Contains(name);

    /// <summary>A path of the host as this process sees it.</summary>
    public string PathOf(string path) => Root + path;

    public Task CutAsync() => LabTool.RunAsync("cut", Name);

    public Task MendAsync() => LabTool.RunAsync("mend", Name);

    public Task CleanAsync() => ShellAsync(Clean);
}
