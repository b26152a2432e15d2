using System.Text.Json.Nodes;
using DockerMigrator.Docker.Containers;
using DockerMigrator.Docker.Json;

namespace DockerMigrator.Docker.Volumes;

/// <summary>Reads a container's mounts out of what inspect shows of it.</summary>
public static class ContainerMounts
{
    /// <summary>All mounts, in Docker's order. <c>--tmpfs</c> ones, which inspect keeps elsewhere, come last.</summary>
    public static IReadOnlyList<ContainerMount> Of(ContainerInspect container) =>
    [
        .. container.Json.Items("Mounts").OfType<JsonObject>().Select(mount => new ContainerMount(
            Kind(container, mount), mount.Text("Destination"), mount.Text("Source"), mount.Text("Name"), mount.Flag("RW"))),
        .. container.HostConfig.Members("Tmpfs").Select(tmpfs => new ContainerMount(MountKind.Tmpfs, tmpfs.Key, "", "", true)),
    ];

    /// <summary>The mount at a path of the container, or null: finds on the target what a mount of the source became.</summary>
    public static ContainerMount? Find(ContainerInspect container, string destination) =>
        Of(container).FirstOrDefault(mount => mount.Destination == destination);

    /// <summary>
    /// Whether an entry of inspect's Mounts is a volume that the container's configuration calls by name. One that it
    /// does not has a name made up by Docker; a name that looks so may have been given all the same, as Compose does
    /// to hand an anonymous volume on to the next container.
    /// </summary>
    internal static bool IsNamedVolume(ContainerInspect container, JsonNode mount)
    {
        var name = mount.Text("Name");
        return mount.Text("Type") == "volume" && name.Length > 0
            && (container.HostConfig.Texts("Binds").Any(bind => bind.StartsWith(name + ":", StringComparison.Ordinal))
                || container.HostConfig.Items("Mounts").Any(spec => spec.Text("Type") == "volume" && spec.Text("Source") == name));
    }

    private static MountKind Kind(ContainerInspect container, JsonObject mount) => mount.Text("Type") switch
    {
        "volume" => IsNamedVolume(container, mount) ? MountKind.NamedVolume : MountKind.AnonymousVolume,
        "bind" => MountKind.Bind,
        "tmpfs" => MountKind.Tmpfs,
        _ => MountKind.Other,
    };
}
