using DockerMigrator.Docker.Containers;
using DockerMigrator.Docker.Json;

namespace DockerMigrator.Docker.Recipes;

/// <summary>The OCI runtime that can start a container from what another host sent.</summary>
public static class MigratorRuntime
{
    /// <summary>The name under which it is registered with Docker.</summary>
    public const string Name = "docker-migrator";

    /// <summary>The runtime under which a container is started anew: its own, or runc if it came here by a live move; empty for Docker's default.</summary>
    public static string ForFreshStart(ContainerInspect container) =>
        container.HostConfig.Text("Runtime") is var own && own == Name ? "runc" : own;
}
