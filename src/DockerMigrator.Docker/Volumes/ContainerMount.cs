namespace DockerMigrator.Docker.Volumes;

/// <summary>A mount of a container whose content may have to move with it.</summary>
/// <param name="Kind">What is mounted.</param>
/// <param name="Destination">Where it is in the container: what source and target have in common.</param>
/// <param name="Source">Where its content lies on the host; empty for tmpfs.</param>
/// <param name="VolumeName">The volume's name; empty for what is none.</param>
/// <param name="IsWritable">Whether the container may write there.</param>
public sealed record ContainerMount(MountKind Kind, string Destination, string Source, string VolumeName, bool IsWritable);
