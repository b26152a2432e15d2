namespace DockerMigrator.Docker.Rules;

/// <summary>What a migration asks of the target besides what the container's configuration says.</summary>
public sealed record TargetDemands
{
    /// <summary>Host paths of bind mounts whose content is copied (<c>--bind copy</c>), so that they need not be there.</summary>
    public IReadOnlySet<string> CopiedBinds { get; init; } = new HashSet<string>();

    /// <summary>Names of volumes whose content is copied, so that they must not be there; others may be.</summary>
    public IReadOnlySet<string> CopiedVolumes { get; init; } = new HashSet<string>();

    /// <summary>Whether the container is started anew there (<c>--mode restart</c>), not restored.</summary>
    public bool Restart { get; init; }

    /// <summary>Whether volumes that are there may be overwritten (<c>--volume-overwrite</c>).</summary>
    public bool OverwritesVolumes { get; init; }

    /// <summary>Bytes that will be written below the data root: writable layer, volumes, image.</summary>
    public long DiskBytes { get; init; }

    /// <summary>Bytes that this host's Docker writes below its own data root while it exports the image (moby, image/tarexport/save.go).</summary>
    public long ExportBytes { get; init; }

    /// <summary>Bytes of memory that the container's processes and the images of them need.</summary>
    public long MemoryBytes { get; init; }
}
