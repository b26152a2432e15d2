using DockerMigrator.FileSync.Trees;
using DockerMigrator.Native.Files;

namespace DockerMigrator.FileSync.Wire;

/// <summary>All that an inode is besides its kind and content.</summary>
internal sealed record EntryMetadata(
    uint Permissions,
    bool IsImmutable,
    bool IsAppendOnly,
    uint Owner,
    uint Group,
    FileTime Modified,
    FileTime Accessed,
    IReadOnlyList<Xattr> Xattrs)
{
    public static EntryMetadata Of(in FileStatus status, IReadOnlyList<Xattr> xattrs) => new(
        status.Permissions,
        status.IsImmutable,
        status.IsAppendOnly,
        status.Owner,
        status.Group,
        status.Modified,
        status.Accessed,
        xattrs);

    public bool IsProtected => IsImmutable || IsAppendOnly;
}
