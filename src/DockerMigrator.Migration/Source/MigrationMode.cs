namespace DockerMigrator.Migration.Source;

/// <summary>What becomes of the container's processes.</summary>
public enum MigrationMode
{
    /// <summary>They go on on the target where they were.</summary>
    Live,

    /// <summary>They are stopped, and the container is started anew on the target with the files it had.</summary>
    Restart,
}
