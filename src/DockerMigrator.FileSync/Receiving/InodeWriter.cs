using System.Security.Cryptography;
using DockerMigrator.FileSync.Errors;
using DockerMigrator.FileSync.Trees;
using DockerMigrator.FileSync.Wire;
using DockerMigrator.Native.Files;

namespace DockerMigrator.FileSync.Receiving;

/// <summary>
/// Makes, replaces and removes entries of one directory. What takes an existing entry's place is
/// made under another name and renamed, so that there is always the old or the new one, complete.
/// </summary>
/// <param name="directory">The directory, open; stays the caller's, but see <see cref="Hold"/>.</param>
/// <param name="path">Where it is, for messages.</param>
/// <param name="description">What the tree is, for messages.</param>
internal sealed class InodeWriter(FileDescriptor directory, DirectoryPath path, string description)
{
    /// <summary>Makes an entry: <paramref name="directory"/> is where, <paramref name="name"/> the (maybe temporary) name.</summary>
    public delegate Errno Maker(FileDescriptor directory, ReadOnlySpan<byte> name);

    /// <summary>The directory.</summary>
    public FileDescriptor Directory => directory;

    /// <summary>Keeps the directory open, even if the one whose it is closes it.</summary>
    public void Hold()
    {
        var isHeld = false;
        directory.DangerousAddRef(ref isHeld);
    }

    /// <summary>Does not need it any more.</summary>
    public void Release() => directory.DangerousRelease();

    /// <summary>What the directory holds.</summary>
    public DirectoryListing List()
    {
        var error = FileCalls.OpenAt(Directory, "."u8, OpenFlags.Directory, 0, out var reader);
        using (reader)
        {
            DirectoryListing? listing = null;
            if (error == Errno.None)
                error = DirectoryListing.Read(reader, out listing);
            return error == Errno.None ? listing! : throw Failure("Reading", default, error);
        }
    }

    /// <summary>Makes a regular file, empty. The result is it and the (maybe temporary) name that it has got.</summary>
    public (FileDescriptor File, byte[] Place) CreateFile(byte[] name, uint permissions)
    {
        const OpenFlags Flags = OpenFlags.WriteOnly | OpenFlags.Create | OpenFlags.Exclusive | OpenFlags.NoFollow;
        FileDescriptor? file = null;
        // It is root's: those bits that mean more for a root's file come when it has its owner.
        var place = Make(name, (directory, place) => FileCalls.OpenAt(directory, place, Flags, permissions & 0x1FF, out file));
        return (file!, place);
    }

    /// <summary>Opens an earlier file to be written into.</summary>
    public FileDescriptor OpenFile(byte[] name, PatchBase patchBase)
    {
        var error = InodeOpener.Open(Directory, name, FileKind.Regular, OpenFlags.WriteOnly, out var file, out var status);
        if (error == Errno.None && patchBase.Is(status))
            return file;
        file.Dispose();
        throw error is Errno.None or Errno.ENOENT
            ? new TreeException($"'{TreePath.Printable(path.PathTo(name))}' in {description} is not as it was written: something else has changed it meanwhile.")
            : Failure("Opening", name, error);
    }

    /// <summary>Makes a symbolic link or node with its metadata.</summary>
    public void Place(byte[] name, Maker make, FileKind kind, EntryMetadata metadata)
    {
        var place = Make(name, make);
        try
        {
            var error = FileCalls.OpenAt(Directory, place, OpenFlags.Path | OpenFlags.NoFollow, 0, out var inode);
            using (inode)
            {
                if (error != Errno.None)
                    throw Failure("Opening", name, error);
                MetadataWriter.Apply(new InodeHandle(inode, isPath: true), kind, metadata, this, name, isNew: false);
            }
        }
        catch (TreeException)
        {
            DirectoryCalls.Unlink(Directory, place);
            throw;
        }

        SettleOrRemove(place, name);
    }

    /// <summary>Gives an earlier file another name.</summary>
    /// <param name="name">The new name.</param>
    /// <param name="path">The earlier file's path from the root.</param>
    /// <param name="root">The root.</param>
    public void Link(byte[] name, byte[] path, FileDescriptor root)
    {
        var error = BeneathOpener.OpenParent(root, path, out var parent, out var last);
        using (parent)
        {
            FileStatus first = default;
            if (error == Errno.None)
                error = FileCalls.StatAt(parent!, last, out first);
            if (error == Errno.None && first.Kind == FileKind.Directory)
                error = Errno.EISDIR;
            if (error != Errno.None)
                throw Failure($"Linking to '{TreePath.Printable(path)}' as", name, error);
            if (FileCalls.StatAt(Directory, name, out var existing) == Errno.None && existing.IsSameInode(first))
                return;
            var place = Make(name, (directory, place) => DirectoryCalls.MakeLink(parent!, last, directory, place));
            SettleOrRemove(place, name);
        }
    }

    /// <summary>Makes sure that there is a directory of that name. True if it is a new one.</summary>
    public bool MakeDirectory(byte[] name, bool startEmpty)
    {
        var error = DirectoryCalls.MakeDirectory(Directory, name, 0x1C0);
        if (error == Errno.EEXIST)
        {
            if (!startEmpty && FileCalls.StatAt(Directory, name, out var existing) == Errno.None && existing.Kind == FileKind.Directory)
                return false;
            Remove(name);
            error = DirectoryCalls.MakeDirectory(Directory, name, 0x1C0);
        }

        return error == Errno.None ? true : throw Failure("Making the directory", name, error);
    }

    /// <summary>Gives the directory its metadata.</summary>
    public void FinishDirectory(EntryMetadata metadata)
    {
        MetadataWriter.Apply(new InodeHandle(Directory, isPath: false), FileKind.Directory, metadata, this, [], isNew: false);
        Protect(Directory, metadata, []);
    }

    /// <summary>Removes an entry with all below it; it need not be there.</summary>
    public void Remove(byte[] name)
    {
        var error = TreeRemover.Remove(Directory, name, out var culprit);
        if (error != Errno.None)
            throw Failure("Removing", culprit, error);
    }

    /// <summary>Gives what was made its final name, if it does not have it yet.</summary>
    public void Settle(byte[] place, byte[] name)
    {
        if (ReferenceEquals(place, name))
            return;
        var error = DirectoryCalls.Rename(Directory, place, name);
        if (error is Errno.EISDIR or Errno.EPERM or Errno.ENOTEMPTY or Errno.EEXIST)
        {
            // A directory is in the way, or something protected.
            Remove(name);
            error = DirectoryCalls.Rename(Directory, place, name);
        }

        if (error != Errno.None)
            throw Failure("Replacing", name, error);
    }

    private void SettleOrRemove(byte[] place, byte[] name)
    {
        try
        {
            Settle(place, name);
        }
        catch (TreeException)
        {
            DirectoryCalls.Unlink(Directory, place);
            throw;
        }
    }

    /// <summary>Sets chattr flags, the last thing to do to an inode.</summary>
    public void Protect(FileDescriptor file, EntryMetadata metadata, ReadOnlySpan<byte> name)
    {
        if (!metadata.IsProtected)
            return;
        var error = MetadataCalls.SetProtection(file, metadata.IsImmutable, metadata.IsAppendOnly);
        if (error != Errno.None)
            throw Failure("Setting the immutable or append-only flag of", name, error);
    }

    /// <summary>A failure at an entry of the directory.</summary>
    public TreeException Failure(string doing, ReadOnlySpan<byte> name, Errno error) =>
        TreeException.Because(doing, path.PathTo(name), description, error);

    /// <summary>Makes an entry under its own name, or under a temporary one if something has that name. The result is the name it got.</summary>
    private byte[] Make(byte[] name, Maker make)
    {
        var error = make(Directory, name);
        if (error == Errno.None)
            return name;
        if (error == Errno.EEXIST)
        {
            var temporary = TemporaryName();
            error = make(Directory, temporary);
            if (error == Errno.None)
                return temporary;
        }

        throw Failure("Making", name, error);
    }

    private static byte[] TemporaryName() => [.. ".docker-migrator."u8, .. Convert.ToHexString(RandomNumberGenerator.GetBytes(12)).Select(c => (byte)c)];
}
