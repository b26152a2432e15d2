using DockerMigrator.FileSync.Trees;
using DockerMigrator.Native.Files;

namespace DockerMigrator.FileSync.Receiving;

/// <summary>Removes trees of any depth without ever leaving them: no symbolic link is followed, no mount entered.</summary>
internal static class TreeRemover
{
    /// <summary>Removes an entry and all below it. What is not there is removed already.</summary>
    /// <param name="directory">Where it is.</param>
    /// <param name="name">The entry.</param>
    /// <param name="culprit">What could not be removed, as a path from <paramref name="directory"/>.</param>
    public static Errno Remove(FileDescriptor directory, byte[] name, out byte[] culprit)
    {
        culprit = name;
        var error = Unlink(directory, name);
        if (error is Errno.None or Errno.ENOENT)
            return Errno.None;
        if (error is not (Errno.EISDIR or Errno.EPERM))
            return error;

        using var chain = new DirectoryChain(directory, readOnly: false);
        var open = new Stack<(DirectoryListing Names, int Next, byte[] Name)>();
        error = Enter(chain, name, open);
        while (error == Errno.None && open.TryPop(out var current))
        {
            if (current.Next < current.Names.Count)
            {
                var next = current.Names[current.Next].ToArray();
                open.Push(current with { Next = current.Next + 1 });
                culprit = chain.PathTo(next);
                error = Unlink(chain.Current, next);
                if (error is Errno.EISDIR or Errno.EPERM)
                    error = Enter(chain, next, open);
                else if (error == Errno.ENOENT)
                    error = Errno.None;
            }
            else
            {
                culprit = chain.PathTo(default);
                error = chain.Leave();
                if (error == Errno.None)
                    error = DirectoryCalls.RemoveDirectory(chain.Current, current.Name);
            }
        }

        return error;
    }

    /// <summary>Removes all that a directory holds.</summary>
    public static Errno Clear(FileDescriptor directory, out byte[] culprit)
    {
        culprit = [];
        var error = FileCalls.OpenAt(directory, "."u8, OpenFlags.Directory, 0, out var reader);
        using (reader)
        {
            if (error != Errno.None || (error = FileCalls.Stat(reader, out var status)) != Errno.None)
                return error;
            Unprotect(reader, status);
            if ((error = DirectoryListing.Read(reader, out var names)) != Errno.None)
                return error;
            for (var i = 0; i < names.Count && error == Errno.None; i++)
                error = Remove(directory, names[i].ToArray(), out culprit);
            return error;
        }
    }

    private static Errno Enter(DirectoryChain chain, byte[] name, Stack<(DirectoryListing Names, int Next, byte[] Name)> open)
    {
        var error = chain.Enter(name, out var status);
        if (error == Errno.ENOTDIR || error == Errno.ELOOP)
            return Errno.EPERM;
        if (error != Errno.None)
            return error;
        if (status.IsMountRoot)
            return Errno.EBUSY;
        Unprotect(chain.Current, status);
        error = DirectoryListing.Read(chain.Current, out var names);
        open.Push((names, 0, name));
        return error;
    }

    /// <summary>Unlinks what is not a directory, taking chattr flags off if they are in the way.</summary>
    private static Errno Unlink(FileDescriptor directory, byte[] name)
    {
        var error = DirectoryCalls.Unlink(directory, name);
        if (error != Errno.EPERM || FileCalls.StatAt(directory, name, out var status) != Errno.None || !(status.IsImmutable || status.IsAppendOnly))
            return error;
        if (InodeOpener.Open(directory, name, status.Kind, out var inode, out status) != Errno.None)
            return error;
        using (inode)
            Unprotect(inode, status);
        return DirectoryCalls.Unlink(directory, name);
    }

    private static void Unprotect(FileDescriptor inode, in FileStatus status)
    {
        if ((status.IsImmutable || status.IsAppendOnly) && status.Kind is FileKind.Regular or FileKind.Directory)
            MetadataCalls.SetProtection(inode, immutable: false, appendOnly: false);
    }
}
