namespace DockerMigrator.Docker.Rules;

/// <summary>What a migration asks of the target besides what the container's configuration says.</summary>
public sealed record TargetDemands
{
    /// <summary>Whether the content of bind mounts is copied (<c>--bind copy</c>), so that their sources need not be there.</summary>
    public bool CopiesBinds { get; init; }

    /// <summary>Bytes that will be written below the data root: writable layer, volumes, image.</summary>
    public long DiskBytes { get; init; }

    /// <summary>Bytes of memory that the container's processes and the images of them need.</summary>
    public long MemoryBytes { get; init; }
}
