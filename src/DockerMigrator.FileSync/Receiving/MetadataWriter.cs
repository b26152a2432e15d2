using DockerMigrator.FileSync.Trees;
using DockerMigrator.FileSync.Wire;
using DockerMigrator.Native.Files;

namespace DockerMigrator.FileSync.Receiving;

/// <summary>
/// Gives an inode its metadata. The order matters: a change of owner clears set-user-ID bits and capabilities, an ACL
/// changes the permissions, and everything changes the times.
/// </summary>
internal static class MetadataWriter
{
    /// <param name="inode">The inode.</param>
    /// <param name="kind">What it is.</param>
    /// <param name="metadata">What it is to have.</param>
    /// <param name="inodes">Stands in its directory.</param>
    /// <param name="name">Its name, for messages.</param>
    /// <param name="isNew">Whether it may have most of it already, as it was just made for that: looking costs less than setting.</param>
    public static void Apply(InodeHandle inode, FileKind kind, EntryMetadata metadata, InodeWriter inodes, ReadOnlySpan<byte> name, bool isNew)
    {
        FileStatus status = default;
        var isKnown = isNew && FileCalls.Stat(inode.File, out status) == Errno.None;
        var hasOwner = isKnown && status.Owner == metadata.Owner && status.Group == metadata.Group;
        var error = hasOwner ? Errno.None : MetadataCalls.SetOwner(inode, metadata.Owner, metadata.Group);
        if (error != Errno.None)
            throw inodes.Failure("Setting the owner of", name, error);
        var hasXattrs = ApplyXattrs(inode, metadata.Xattrs, inodes, name);
        if (kind != FileKind.Symlink && !(hasOwner && hasXattrs && status.Permissions == metadata.Permissions))
            error = MetadataCalls.SetPermissions(inode, metadata.Permissions);
        if (error != Errno.None)
            throw inodes.Failure("Setting the permissions of", name, error);
        error = MetadataCalls.SetTimes(inode, metadata.Accessed, metadata.Modified);
        if (error != Errno.None)
            throw inodes.Failure("Setting the times of", name, error);
    }

    /// <summary>False if there was something to change.</summary>
    private static bool ApplyXattrs(InodeHandle inode, IReadOnlyList<Xattr> wanted, InodeWriter inodes, ReadOnlySpan<byte> name)
    {
        var hadAll = true;
        var error = XattrReader.Read(inode, out var present);
        if (error != Errno.None)
            throw inodes.Failure("Reading the extended attributes of", name, error);
        foreach (var xattr in present)
        {
            // A directory's default ACL is inherited by what is made in it, and an existing directory may have its own.
            // The security modules' labels come by themselves, and cannot be taken off.
            if (wanted.Any(w => w.Is(xattr.Name)) || xattr.Is("security.selinux"u8))
                continue;
            hadAll = false;
            error = XattrCalls.Remove(inode, xattr.Name);
            if (error is not (Errno.None or Errno.ENODATA))
                throw Failure("Removing", xattr, inodes, name, error);
        }

        foreach (var xattr in wanted)
        {
            if (present.Any(p => p.Is(xattr.Name) && p.Value.AsSpan().SequenceEqual(xattr.Value)))
                continue;
            hadAll = false;
            error = XattrCalls.Set(inode, xattr.Name, xattr.Value);
            if (error != Errno.None)
                throw Failure("Setting", xattr, inodes, name, error);
        }

        return hadAll;
    }

    private static Errors.TreeException Failure(string doing, Xattr xattr, InodeWriter inodes, ReadOnlySpan<byte> name, Errno error) =>
        inodes.Failure($"{doing} the extended attribute {TreePath.Printable(xattr.Name)} of", name, error);
}
