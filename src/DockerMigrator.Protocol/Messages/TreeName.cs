namespace DockerMigrator.Protocol.Messages;

/// <summary>Names one tree of files of a container.</summary>
/// <param name="Kind">What kind of tree.</param>
/// <param name="Path">
/// For a volume or bind mount its destination in the container; empty for the rootfs. Both sides know the same mounts,
/// so no host path ever comes from the other host.
/// </param>
public sealed record TreeName(TreeKind Kind, string Path)
{
    /// <summary>The container's writable layer.</summary>
    public static TreeName Rootfs { get; } = new(TreeKind.Rootfs, "");

    /// <inheritdoc/>
    public override string ToString() => Kind == TreeKind.Rootfs ? "writable layer" : $"{Kind.ToString().ToLowerInvariant()} {Path}";
}
