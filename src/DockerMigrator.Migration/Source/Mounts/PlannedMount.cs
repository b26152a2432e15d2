using DockerMigrator.Docker.Volumes;

namespace DockerMigrator.Migration.Source.Mounts;

/// <summary>What becomes of one mount.</summary>
/// <param name="Mount">The mount, as it is on the source.</param>
/// <param name="Treatment">What becomes of its content.</param>
/// <param name="Storage">Where the content lies, if it is a volume.</param>
/// <param name="ContentPath">The host path of the content on the source: not only while the container runs, except for storage that Docker has to mount.</param>
public sealed record PlannedMount(ContainerMount Mount, MountTreatment Treatment, VolumeStorage Storage, string ContentPath)
{
    /// <summary>Whether it is a volume.</summary>
    public bool IsVolume => Mount.Kind is MountKind.NamedVolume or MountKind.AnonymousVolume;

    /// <summary>Whether a bind mount's host path is a single file.</summary>
    public bool IsFile { get; init; }

    /// <summary>For a bind mount: what is mounted on the target instead of the same path; null for the same.</summary>
    public string? TargetPath { get; init; }

    /// <summary>IDs of other running containers that may write to it while it is copied.</summary>
    public IReadOnlyList<string> OtherWriters { get; init; } = [];

    /// <summary>Whether the content can be written on the target only once Docker has mounted the volume there, thus in the freeze.</summary>
    public bool NeedsDockersMount => Storage == VolumeStorage.Memory;
}
