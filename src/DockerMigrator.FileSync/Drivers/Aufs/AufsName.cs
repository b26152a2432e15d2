namespace DockerMigrator.FileSync.Drivers.Aufs;

/// <summary>
/// The names that AUFS reserves in its branches, and that a container can therefore not have (aufs, include/uapi/linux/aufs_type.h:
/// AUFS_WH_PFX, AUFS_WH_DIROPQ, AUFS_WH_BASE, AUFS_WH_PLINKDIR, AUFS_WH_ORPHDIR; moby, pkg/archive/whiteouts.go).
/// </summary>
internal static class AufsName
{
    /// <summary>A directory that has this entry hides all that the image has below it.</summary>
    public static ReadOnlySpan<byte> Opaque => ".wh..wh..opq"u8;

    /// <summary>The directory, in a branch's root, of the inodes that have names in a lower branch, too.</summary>
    public static ReadOnlySpan<byte> PseudoLinks => ".wh..wh.plnk"u8;

    private static ReadOnlySpan<byte> Whiteout => ".wh."u8;

    private static ReadOnlySpan<byte> Housekeeping => ".wh..wh."u8;

    /// <summary>Whether it is no name of the container's.</summary>
    public static bool IsReserved(ReadOnlySpan<byte> name) => name.StartsWith(Whiteout);

    /// <summary>Whether it stands for a removed entry, and which: the rest are links, orphans and half-done work of AUFS's own.</summary>
    public static bool IsWhiteout(ReadOnlySpan<byte> name, out ReadOnlySpan<byte> removed)
    {
        removed = IsReserved(name) && !name.StartsWith(Housekeeping) ? name[Whiteout.Length..] : default;
        return removed.Length > 0;
    }
}
