namespace DockerMigrator.Docker.Volumes;

/// <summary>What a mount of a container shows.</summary>
public enum MountKind
{
    /// <summary>A volume with a name that the user chose: to be created before the container.</summary>
    NamedVolume,

    /// <summary>A volume that Docker creates with the container, under a name it makes up.</summary>
    AnonymousVolume,

    /// <summary>A path of the host.</summary>
    Bind,

    /// <summary>Memory: its content travels with the processes.</summary>
    Tmpfs,

    /// <summary>Anything else (an image, a named pipe, a cluster volume): nothing to copy that this program knows of.</summary>
    Other,
}
