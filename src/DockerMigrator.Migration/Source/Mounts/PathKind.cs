namespace DockerMigrator.Migration.Source.Mounts;

/// <summary>What lies at the host path of a bind mount.</summary>
public enum PathKind
{
    /// <summary>Nothing any more, or something that cannot be copied to mean the same elsewhere: a socket, a device.</summary>
    Other,

    /// <summary>A regular file.</summary>
    File,

    /// <summary>A directory.</summary>
    Directory,
}
