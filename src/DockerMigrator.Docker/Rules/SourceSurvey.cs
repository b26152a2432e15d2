using System.Text.Json.Nodes;
using DockerMigrator.Docker.Containers;
using DockerMigrator.Docker.Engine;
using DockerMigrator.Docker.Hosts;
using DockerMigrator.Docker.Images;
using DockerMigrator.Docker.Json;
using DockerMigrator.Docker.Volumes;

namespace DockerMigrator.Docker.Rules;

/// <summary>All that the source's engine knows about a container and that decides whether and how it moves.</summary>
/// <param name="Container">The container.</param>
/// <param name="Image">Its image.</param>
/// <param name="Execs">Its exec sessions.</param>
/// <param name="Others">All other containers of the host.</param>
/// <param name="Volumes">Its named volumes by name.</param>
/// <param name="Networks">Its networks by name.</param>
/// <param name="Host">The host.</param>
public sealed record SourceSurvey(
    ContainerInspect Container,
    ImageInspect Image,
    IReadOnlyList<JsonObject> Execs,
    IReadOnlyList<ContainerInspect> Others,
    IReadOnlyDictionary<string, JsonObject> Volumes,
    IReadOnlyDictionary<string, JsonObject> Networks,
    HostFacts Host)
{
    /// <summary>Asks the engine. Changes nothing.</summary>
    /// <exception cref="DockerException">No such container, an ambiguous name, or the engine does not answer.</exception>
    public static async Task<SourceSurvey> GatherAsync(DockerClient docker, string nameOrId, CancellationToken cancellationToken = default)
    {
        var container = await docker.InspectContainerAsync(nameOrId, cancellationToken);
        var image = await docker.InspectImageAsync(container.ImageId, cancellationToken)
            ?? await docker.InspectImageAsync(container.ImageName, cancellationToken)
            ?? throw new DockerException($"The image of container {container.Name} is gone from this host ({container.ImageName}, {container.ImageId}): pull or tag it again, since the copy is made from it.");
        return new SourceSurvey(
            container,
            image,
            await ExecsAsync(docker, container, cancellationToken),
            [.. (await docker.InspectAllContainersAsync(cancellationToken)).Where(other => other.Id != container.Id)],
            await VolumesAsync(docker, container, cancellationToken),
            await NetworksAsync(docker, container, cancellationToken),
            await HostFacts.GatherAsync(docker, cancellationToken));
    }

    private static async Task<IReadOnlyList<JsonObject>> ExecsAsync(DockerClient docker, ContainerInspect container, CancellationToken cancellationToken)
    {
        var execs = new List<JsonObject>();
        foreach (var id in container.ExecIds)
        {
            if (await docker.InspectExecAsync(id, cancellationToken) is { } exec)
                execs.Add(exec);
        }

        return execs;
    }

    private static async Task<IReadOnlyDictionary<string, JsonObject>> VolumesAsync(DockerClient docker, ContainerInspect container, CancellationToken cancellationToken)
    {
        var volumes = new Dictionary<string, JsonObject>();
        foreach (var mount in ContainerMounts.Of(container).Where(mount => mount.Kind == MountKind.NamedVolume))
        {
            if (await docker.InspectVolumeAsync(mount.VolumeName, cancellationToken) is { } volume)
                volumes[mount.VolumeName] = volume;
        }

        return volumes;
    }

    private static async Task<IReadOnlyDictionary<string, JsonObject>> NetworksAsync(DockerClient docker, ContainerInspect container, CancellationToken cancellationToken)
    {
        var networks = new Dictionary<string, JsonObject>();
        foreach (var (name, endpoint) in container.Networks)
        {
            if (await docker.InspectNetworkAsync(endpoint.Text("NetworkID") is { Length: > 0 } id ? id : name, cancellationToken) is { } network)
                networks[name] = network;
        }

        return networks;
    }
}
