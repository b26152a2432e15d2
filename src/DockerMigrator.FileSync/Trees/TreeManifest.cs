using System.Globalization;
using System.Text;
using DockerMigrator.FileSync.Errors;
using DockerMigrator.Native.Files;

namespace DockerMigrator.FileSync.Trees;

/// <summary>
/// Everything about a tree as text, one line a path in byte order of the names, depth first: two trees are the same if
/// their manifests are. Hard links are told by the path of the group's first name.
/// </summary>
public sealed class TreeManifest : IDisposable
{
    private readonly ManifestOptions _options;
    private readonly DirectoryChain _chain;
    private readonly List<string> _lines = [];
    private readonly Dictionary<(DeviceNumber FileSystem, ulong Inode), string> _links = [];

    private TreeManifest(FileDescriptor root, ManifestOptions options)
    {
        _options = options;
        _chain = new DirectoryChain(root, readOnly: true);
    }

    /// <summary>Describes the directory <paramref name="root"/> and all below it.</summary>
    /// <exception cref="TreeException">Something cannot be read.</exception>
    public static IReadOnlyList<string> Describe(FileDescriptor root, ManifestOptions options = ManifestOptions.None)
    {
        using var manifest = new TreeManifest(root, options);
        manifest.DescribeTree();
        return manifest._lines;
    }

    /// <summary>Describes a directory of the host.</summary>
    /// <exception cref="TreeException">Something cannot be read.</exception>
    public static IReadOnlyList<string> Describe(string path, ManifestOptions options = ManifestOptions.None)
    {
        Check(FileCalls.Open(Encoding.UTF8.GetBytes(path), OpenFlags.Directory | OpenFlags.NoAccessTime, out var root), Encoding.UTF8.GetBytes(path));
        using (root)
            return Describe(root, options);
    }

    /// <inheritdoc/>
    public void Dispose() => _chain.Dispose();

    private void DescribeTree()
    {
        Check(FileCalls.Stat(_chain.Current, out var status), []);
        var open = new Stack<(DirectoryListing Names, int Next)>();
        DescribeInode([], status, new InodeHandle(_chain.Current, isPath: false));
        open.Push((List(), 0));
        while (open.TryPop(out var current))
        {
            if (current.Next == current.Names.Count)
            {
                if (open.Count > 0)
                    Check(_chain.Leave(), _chain.PathTo(default));
                continue;
            }

            var name = current.Names[current.Next];
            open.Push(current with { Next = current.Next + 1 });
            Check(FileCalls.StatAt(_chain.Current, name, out status), _chain.PathTo(name));
            if (status.Kind == FileKind.Directory)
            {
                Check(_chain.Enter(name, out status), _chain.PathTo(name));
                DescribeInode(_chain.PathTo(default), status, new InodeHandle(_chain.Current, isPath: false));
                open.Push((List(), 0));
            }
            else
            {
                var path = _chain.PathTo(name);
                Check(InodeOpener.Open(_chain.Current, name, status.Kind, out var inode, out status), path);
                using (inode)
                    DescribeInode(path, status, new InodeHandle(inode, status.Kind != FileKind.Regular));
            }
        }
    }

    private DirectoryListing List()
    {
        Check(FileCalls.OpenAt(_chain.Current, "."u8, OpenFlags.Directory | OpenFlags.NoAccessTime, 0, out var reader), _chain.PathTo(default));
        using (reader)
        {
            Check(DirectoryListing.Read(reader, out var listing), _chain.PathTo(default));
            return listing;
        }
    }

    private void DescribeInode(byte[] path, in FileStatus status, InodeHandle inode)
    {
        var printable = path.Length == 0 ? "." : TreePath.Printable(path);
        var line = new StringBuilder(printable);
        line.Append(CultureInfo.InvariantCulture, $" | {status.Kind} {Convert.ToString(status.Permissions, 8)} {status.Owner}:{status.Group}");
        line.Append(CultureInfo.InvariantCulture, $" mtime {status.Modified.Seconds}.{status.Modified.Nanoseconds:d9}");
        if (_options.HasFlag(ManifestOptions.AccessTimes))
            line.Append(CultureInfo.InvariantCulture, $" atime {status.Accessed.Seconds}.{status.Accessed.Nanoseconds:d9}");
        if (status.IsImmutable)
            line.Append(" immutable");
        if (status.IsAppendOnly)
            line.Append(" append-only");
        if (status.Kind is FileKind.CharacterDevice or FileKind.BlockDevice)
            line.Append(CultureInfo.InvariantCulture, $" device {status.Device.Major}:{status.Device.Minor}");
        if (status.Kind == FileKind.Symlink)
            line.Append(CultureInfo.InvariantCulture, $" -> {ReadLink(inode.File, path)}");
        if (status.Kind == FileKind.Regular)
            DescribeContent(line, inode.File, status.Size, path);
        Check(XattrReader.Read(inode, out var xattrs), path);
        foreach (var (name, value) in xattrs)
            line.Append(CultureInfo.InvariantCulture, $" {TreePath.Printable(name)}={Convert.ToHexString(value)}");
        if (status is { Kind: not FileKind.Directory, Links: > 1 } && !_links.TryAdd((status.FileSystem, status.Inode), printable))
            line.Append(CultureInfo.InvariantCulture, $" = {_links[(status.FileSystem, status.Inode)]}");
        _lines.Add(line.ToString());
    }

    private static string ReadLink(FileDescriptor link, byte[] path)
    {
        var target = new byte[TreePath.LongestCall];
        Check(DirectoryCalls.ReadLink(link, default, target, out var length), path);
        return TreePath.Printable(target.AsSpan(0, length));
    }

    private void DescribeContent(StringBuilder line, FileDescriptor file, long size, byte[] path)
    {
        Check(ContentDigest.Compute(file, size, out var digest), path);
        line.Append(CultureInfo.InvariantCulture, $" {size} bytes {digest:x32}");
        if (!_options.HasFlag(ManifestOptions.Holes))
            return;
        for (long offset = 0; FileCalls.FindData(file, offset, out var start, out var end) == Errno.None; offset = end)
            line.Append(CultureInfo.InvariantCulture, $" data {start}-{end}");
    }

    private static void Check(Errno error, byte[] path)
    {
        if (error != Errno.None)
            throw TreeException.Because("Reading", path, "the tree", error);
    }
}
