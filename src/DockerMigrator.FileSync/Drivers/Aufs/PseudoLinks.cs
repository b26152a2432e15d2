using System.Globalization;
using System.Text;
using DockerMigrator.FileSync.Errors;
using DockerMigrator.FileSync.Trees;
using DockerMigrator.Native.Files;

namespace DockerMigrator.FileSync.Drivers.Aufs;

/// <summary>
/// Names of files that the container changed by another name. When a file of the image that has several names is copied
/// to the writable branch, AUFS copies it under the one name by which it is changed, and notes in ".wh..wh.plnk" that the
/// inode stands for the others, too (aufs, fs/aufs/plink.c): a further link to it, called "A.B" by the inode's numbers in the
/// merged view and in the branch. Which the other names are only the merged view can tell; it is walked if there are such notes.
/// </summary>
internal sealed class PseudoLinks : IDisposable
{
    private readonly Dictionary<string, byte[]> _links = [];
    private readonly Dictionary<string, List<byte[]>> _below = [];

    private PseudoLinks(FileDescriptor directory, FileDescriptor merged)
    {
        Directory = directory;
        Merged = merged;
    }

    /// <summary>Where the links are.</summary>
    public FileDescriptor Directory { get; }

    /// <summary>The merged view.</summary>
    public FileDescriptor Merged { get; }

    /// <summary>Null if the branch has none.</summary>
    /// <exception cref="TreeException">The merged view cannot be read.</exception>
    public static PseudoLinks? Find(FileDescriptor branch, string mountPoint, string description)
    {
        if (FileCalls.OpenAt(branch, AufsName.PseudoLinks, OpenFlags.Directory | OpenFlags.NoFollow | OpenFlags.NoAccessTime, 0, out var directory) != Errno.None)
        {
            directory.Dispose();
            return null;
        }

        PseudoLinks? links = null;
        try
        {
            Check(DirectoryListing.Read(directory, out var names), description);
            var byInode = ByInode(names);
            if (byInode.Count == 0)
                return null;
            var error = FileCalls.Open(Encoding.UTF8.GetBytes(mountPoint), OpenFlags.Directory | OpenFlags.NoAccessTime, out var merged);
            links = new PseudoLinks(directory, merged);
            Check(error, description);
            links.Walk(branch, byInode, description);
            return links;
        }
        catch
        {
            links?.Dispose();
            throw;
        }
        finally
        {
            if (links is null)
                directory.Dispose();
        }
    }

    /// <summary>The link in <see cref="Directory"/> that stands for a path; null if none does.</summary>
    public byte[]? Find(byte[] path) => _links.GetValueOrDefault(Key(path));

    /// <summary>The names in a directory that are such, or lead to some; null if there are none.</summary>
    public IReadOnlyList<byte[]>? NamesBelow(byte[] directory) => _below.GetValueOrDefault(Key(directory));

    /// <inheritdoc/>
    public void Dispose()
    {
        Directory.Dispose();
        Merged.Dispose();
    }

    private static Dictionary<ulong, byte[]> ByInode(DirectoryListing names)
    {
        var byInode = new Dictionary<ulong, byte[]>();
        for (var i = 0; i < names.Count; i++)
        {
            var dot = names[i].IndexOf((byte)'.');
            if (dot > 0 && ulong.TryParse(names[i][..dot], NumberStyles.None, CultureInfo.InvariantCulture, out var inode))
                byInode[inode] = names[i].ToArray();
        }

        return byInode;
    }

    private void Walk(FileDescriptor branch, Dictionary<ulong, byte[]> byInode, string description)
    {
        using var chain = new DirectoryChain(Merged, readOnly: true);
        Check(FileCalls.Stat(Merged, out var root), description);
        var open = new Stack<(DirectoryListing Names, int Next)>();
        open.Push((List(chain, description), 0));
        while (open.TryPop(out var current))
        {
            if (current.Next == current.Names.Count)
            {
                if (open.Count > 0)
                    Check(chain.Leave(), description);
                continue;
            }

            var name = current.Names[current.Next];
            open.Push(current with { Next = current.Next + 1 });
            // What goes away meanwhile is no link any more.
            if (FileCalls.StatAt(chain.Current, name, out var status) != Errno.None || status.FileSystem != root.FileSystem)
                continue;
            if (status.Kind == FileKind.Directory && chain.Enter(name, out _) == Errno.None)
                open.Push((List(chain, description), 0));
            else if (status.Kind != FileKind.Directory && byInode.TryGetValue(status.Inode, out var link))
                AddUnlessChanged(branch, chain.PathTo(name), link);
        }
    }

    private static DirectoryListing List(DirectoryChain chain, string description)
    {
        FileCalls.OpenAt(chain.Current, "."u8, OpenFlags.Directory | OpenFlags.NoAccessTime, 0, out var reader);
        using (reader)
        {
            Check(DirectoryListing.Read(reader, out var names), description);
            return names;
        }
    }

    /// <summary>A name that the branch has itself needs no telling.</summary>
    private void AddUnlessChanged(FileDescriptor branch, byte[] path, byte[] link)
    {
        if (Receiving.BeneathOpener.OpenParent(branch, path, out var parent, out var last) == Errno.None)
        {
            using (parent)
            {
                if (FileCalls.StatAt(parent!, last, out _) == Errno.None)
                    return;
            }
        }

        _links[Key(path)] = link;
        while (path.Length > 0)
        {
            var end = path.AsSpan().LastIndexOf((byte)'/');
            var (directory, name) = (path[..Math.Max(end, 0)], path[(end + 1)..]);
            if (_below.TryGetValue(Key(directory), out var names))
            {
                if (!names.Any(known => known.AsSpan().SequenceEqual(name)))
                    names.Add(name);
                return;
            }

            _below[Key(directory)] = [name];
            path = directory;
        }
    }

    // One character a byte, so that names of any bytes are keys.
    private static string Key(ReadOnlySpan<byte> path) => Encoding.Latin1.GetString(path);

    private static void Check(Errno error, string description)
    {
        if (error != Errno.None)
            throw TreeException.Because("Reading the merged view of", description, error);
    }
}
