using System.Text.Json.Nodes;
using DockerMigrator.Docker.Containers;
using DockerMigrator.Docker.Engine;
using DockerMigrator.Docker.Hosts;
using DockerMigrator.Docker.Images;
using DockerMigrator.Docker.Json;
using DockerMigrator.Docker.Volumes;

namespace DockerMigrator.Docker.Rules;

/// <summary>What the target's engine and host have to say about a container that wants to come.</summary>
public sealed record TargetInventory
{
    /// <summary>The host.</summary>
    public required HostFacts Host { get; init; }

    /// <summary>All its containers, stopped ones too.</summary>
    public required IReadOnlyList<TargetContainer> Containers { get; init; }

    /// <summary>Those of the container's networks that it has, in full, by name.</summary>
    public required IReadOnlyDictionary<string, JsonObject> Networks { get; init; }

    /// <summary>Those of the container's named volumes that it has.</summary>
    public required IReadOnlyList<string> Volumes { get; init; }

    /// <summary>Those of the container's bind sources that are not there.</summary>
    public required IReadOnlyList<string> MissingBindSources { get; init; }

    /// <summary>The container's image, if it has it.</summary>
    public required ImageMatch? Image { get; init; }

    /// <summary>The image's names that may be sent along, if it has to be sent.</summary>
    public required IReadOnlyList<string> FreeImageNames { get; init; }

    /// <summary>ID of another image that has the name by which the container calls its own; empty if there is none.</summary>
    public required string ClashingImageId { get; init; }

    /// <summary>Asks the target's engine and host. Changes nothing.</summary>
    /// <exception cref="DockerException">The engine does not answer.</exception>
    public static async Task<TargetInventory> GatherAsync(DockerClient docker, TargetQuery query, CancellationToken cancellationToken = default)
    {
        var container = new ContainerInspect(query.Container);
        var wanted = new ImageInspect(query.Image);
        var mounts = ContainerMounts.Of(container);
        var named = ImageNames.IsId(container.ImageName) || container.ImageName.Length == 0 ? null : await docker.InspectImageAsync(container.ImageName, cancellationToken);
        return new TargetInventory
        {
            Host = await HostFacts.GatherAsync(docker, cancellationToken),
            Containers = [.. (await docker.InspectAllContainersAsync(cancellationToken)).Select(Describe)],
            Networks = await NetworksAsync(docker, container, cancellationToken),
            Volumes = await VolumesAsync(docker, mounts, cancellationToken),
            MissingBindSources = [.. mounts.Where(mount => mount.Kind == MountKind.Bind && !Path.Exists(mount.Source)).Select(mount => mount.Source).Distinct()],
            Image = await ImageTransfer.FindAsync(docker, wanted, container.ImageName, cancellationToken),
            FreeImageNames = await ImageTransfer.FreeNamesAsync(docker, wanted, cancellationToken),
            ClashingImageId = named is not null && !ImageIdentity.Same(named, wanted) ? named.Id : "",
        };
    }

    private static TargetContainer Describe(ContainerInspect container) =>
        new(container.Name, container.IsRunning ? PublishedPort.Read(container.Json.At("NetworkSettings", "Ports")) : []);

    private static async Task<IReadOnlyDictionary<string, JsonObject>> NetworksAsync(DockerClient docker, ContainerInspect container, CancellationToken cancellationToken)
    {
        var networks = new Dictionary<string, JsonObject>();
        foreach (var (name, _) in container.Networks)
        {
            // By name only: Docker takes the beginning of an ID for a name, too.
            if (await docker.InspectNetworkAsync(name, cancellationToken) is { } network && network.Text("Name") == name)
                networks[name] = network;
        }

        return networks;
    }

    private static async Task<IReadOnlyList<string>> VolumesAsync(DockerClient docker, IReadOnlyList<ContainerMount> mounts, CancellationToken cancellationToken)
    {
        var volumes = new List<string>();
        foreach (var name in mounts.Where(mount => mount.Kind == MountKind.NamedVolume).Select(mount => mount.VolumeName).Distinct())
        {
            if (await docker.InspectVolumeAsync(name, cancellationToken) is not null)
                volumes.Add(name);
        }

        return volumes;
    }
}
