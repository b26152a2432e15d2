using DockerMigrator.Docker.Containers;
using DockerMigrator.Docker.Json;
using DockerMigrator.FileSync.Drivers;

namespace DockerMigrator.Migration;

/// <summary>Where Docker keeps a container's file system, from what <c>docker inspect</c> says.</summary>
public static class ContainerStorages
{
    /// <summary>The storage of a container.</summary>
    /// <param name="container">The container.</param>
    /// <param name="dataRoot">The engine's data root.</param>
    public static ContainerStorage Of(ContainerInspect container, string dataRoot)
    {
        // Docker 29 tells the containerd store's snapshotter under Storage; before, the driver's name is enough.
        var name = container.Json.Text("GraphDriver", "Name") is { Length: > 0 } graph ? graph
            : container.Json.Text("Storage", "RootFS", "Snapshot", "Name") is { Length: > 0 } snapshotter ? snapshotter
            : container.StorageDriver;
        return new ContainerStorage(container.Id, name, dataRoot)
        {
            InitPid = container.Pid > 0 ? container.Pid : null,
            DriverData = container.Json.Members("GraphDriver", "Data").ToDictionary(member => member.Key, member => member.Value?.ToString() ?? ""),
        };
    }
}
