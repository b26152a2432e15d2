using DockerMigrator.FileSync.Errors;
using DockerMigrator.FileSync.Receiving;
using DockerMigrator.FileSync.Trees;
using DockerMigrator.Native.Files;

namespace DockerMigrator.FileSync.Drivers.Aufs;

/// <summary>
/// What a container changed, as AUFS keeps it in the writable branch: a file ".wh.NAME" is a removal, ".wh..wh..opq" makes
/// its directory opaque. What a file's other names in the image have become by a change through one of them is told by
/// the <see cref="PseudoLinks"/>.
/// </summary>
internal sealed class AufsChanges : PlainTree
{
    private readonly string _mountPoint;
    private readonly Stack<DirectoryListing> _removed = new();
    private DirectoryListing _described = DirectoryListing.OfAll([]);
    private PseudoLinks? _links;
    private int _mergedFrom = int.MaxValue;

    /// <summary>Changes in a writable branch.</summary>
    /// <param name="branch">The branch's root; taken over.</param>
    /// <param name="mountPoint">Where the container's file system is mounted.</param>
    /// <param name="description">What it is, for messages.</param>
    public AufsChanges(FileDescriptor branch, string mountPoint, string description)
        : base(branch, description) => _mountPoint = mountPoint;

    public override bool IsWholeTree => false;

    /// <summary>Whether the walk is in a directory that the container did not change, and only for the names that changed elsewhere.</summary>
    private bool IsInMerged => Chain.Depth >= _mergedFrom;

    public override SourceDirectory Start()
    {
        _links?.Dispose();
        _links = PseudoLinks.Find(Root, _mountPoint, Description);
        _removed.Clear();
        _mergedFrom = int.MaxValue;
        var root = base.Start();
        _removed.Push(_described);
        return root;
    }

    public override Errno Enter(ReadOnlySpan<byte> name, out SourceDirectory? directory)
    {
        var error = base.Enter(name, out directory);
        if (error == Errno.ENOENT && !IsInMerged && _links?.NamesBelow(PathTo(name)) is not null)
            error = EnterMerged(name, out directory);
        if (error == Errno.None)
            _removed.Push(_described);
        return error;
    }

    public override Errno Leave()
    {
        if (Chain.Depth == _mergedFrom)
            _mergedFrom = int.MaxValue;
        _removed.Pop();
        return base.Leave();
    }

    public override Errno Examine(ReadOnlySpan<byte> name, out FileStatus status, out EntryMeaning meaning)
    {
        meaning = EntryMeaning.Removed;
        status = default;
        // A whiteout beats an entry of that name in the same branch (aufs, fs/aufs/dentry.c, au_do_lookup).
        if (_removed.Peek().Contains(name))
            return Errno.None;
        meaning = EntryMeaning.Present;
        if (_links?.Find(PathTo(name)) is { } link)
            return FileCalls.StatAt(_links.Directory, link, out status);
        var error = base.Examine(name, out status, out meaning);
        return error == Errno.ENOENT && _links?.NamesBelow(PathTo(name)) is not null ? ExamineMerged(name, out status) : error;
    }

    public override Errno Open(ReadOnlySpan<byte> name, FileKind kind, out SourceInode? inode) =>
        _links?.Find(PathTo(name)) is { } link ? OpenIn(_links.Directory, link, kind, out inode) : base.Open(name, kind, out inode);

    protected override Errno Describe(FileDescriptor directory, in FileStatus status, out SourceDirectory? result)
    {
        var error = base.Describe(directory, status, out result);
        if (error != Errno.None)
            return error;
        var linked = DirectoryListing.OfAll(_links?.NamesBelow(Chain.PathTo(default)) ?? []);
        if (IsInMerged)
        {
            _described = DirectoryListing.OfAll([]);
            result = result! with { Names = linked };
            return Errno.None;
        }

        var (names, removed) = Sort(result!.Names);
        _described = DirectoryListing.OfAll(removed);
        result = result with
        {
            IsOpaque = result.Names.Contains(AufsName.Opaque),
            Names = DirectoryListing.Union(DirectoryListing.Union(DirectoryListing.OfAll(names), _described), linked),
        };
        return Errno.None;
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        _links?.Dispose();
    }

    private static (List<byte[]> Names, List<byte[]> Removed) Sort(DirectoryListing all)
    {
        var (names, removed) = (new List<byte[]>(), new List<byte[]>());
        for (var i = 0; i < all.Count; i++)
        {
            if (AufsName.IsWhiteout(all[i], out var name))
                removed.Add(name.ToArray());
            else if (!AufsName.IsReserved(all[i]))
                names.Add(all[i].ToArray());
        }

        return (names, removed);
    }

    private Errno ExamineMerged(ReadOnlySpan<byte> name, out FileStatus status)
    {
        status = default;
        var error = BeneathOpener.OpenDirectory(_links!.Merged, PathTo(name), out var place);
        using (place)
            return error == Errno.None ? FileCalls.Stat(place!, out status) : error;
    }

    private Errno EnterMerged(ReadOnlySpan<byte> name, out SourceDirectory? directory)
    {
        directory = null;
        var error = BeneathOpener.OpenDirectory(_links!.Merged, PathTo(name), out var place);
        if (error != Errno.None)
            return error;
        FileStatus status;
        using (place)
            error = Chain.EnterForeign(name, place!, out status);
        if (error != Errno.None)
            return error;

        _mergedFrom = Chain.Depth;
        error = Describe(Chain.Current, status, out directory);
        if (error != Errno.None)
        {
            _mergedFrom = int.MaxValue;
            base.Leave();
        }

        return error;
    }
}
