namespace DockerMigrator.Docker.Recipes;

/// <summary>The OCI runtime that can start a container from what another host sent.</summary>
public static class MigratorRuntime
{
    /// <summary>The name under which it is registered with Docker.</summary>
    public const string Name = "docker-migrator";
}
