using DockerMigrator.FileSync.Trees;
using DockerMigrator.Native.Files;

namespace DockerMigrator.FileSync.Drivers.Vfs;

/// <summary>
/// What makes one tree out of another: names that only the base has are removals, and an inode that is the same in all
/// respects, content included, is no change.
/// </summary>
internal sealed class DifferenceTree : PlainTree
{
    private readonly FileDescriptor _baseRoot;
    private DirectoryChain _base;

    /// <summary>Takes over both directories.</summary>
    /// <param name="root">The tree.</param>
    /// <param name="baseRoot">What it is compared with.</param>
    /// <param name="description">What the tree is, for messages.</param>
    public DifferenceTree(FileDescriptor root, FileDescriptor baseRoot, string description)
        : base(root, description)
    {
        _baseRoot = baseRoot;
        _base = new DirectoryChain(baseRoot, readOnly: true);
    }

    public override bool IsWholeTree => false;

    /// <summary>Whether the base has the current directory, too.</summary>
    private bool HasBase => _base.Depth == Chain.Depth;

    public override SourceDirectory Start()
    {
        _base.Dispose();
        _base = new DirectoryChain(_baseRoot, readOnly: true);
        return base.Start();
    }

    public override Errno Enter(ReadOnlySpan<byte> name, out SourceDirectory? directory)
    {
        // The base first: what the tree's directory holds is told together with what the base's does.
        var entered = HasBase && _base.Enter(name, out _) == Errno.None;
        var error = base.Enter(name, out directory);
        if (error != Errno.None && entered)
            _base.Leave();
        return error;
    }

    public override Errno Leave()
    {
        var error = HasBase ? _base.Leave() : Errno.None;
        return error == Errno.None ? base.Leave() : error;
    }

    public override Errno Examine(ReadOnlySpan<byte> name, out FileStatus status, out EntryMeaning meaning)
    {
        var error = base.Examine(name, out status, out meaning);
        if (error != Errno.ENOENT || !HasBase || FileCalls.StatAt(_base.Current, name, out _) != Errno.None)
            return error;
        meaning = EntryMeaning.Removed;
        return Errno.None;
    }

    public override bool IsAsInImage(ReadOnlySpan<byte> name, in FileStatus status)
    {
        // A directory is asked for when the walk is in it already.
        if (status.Kind == FileKind.Directory)
            return HasBase && FileCalls.Stat(_base.Current, out var below) == Errno.None && InodeComparer.HaveSameStatus(status, below)
                && InodeComparer.HaveSameXattrs(new InodeHandle(Chain.Current, isPath: false), new InodeHandle(_base.Current, isPath: false));
        if (!HasBase || FileCalls.StatAt(_base.Current, name, out var other) != Errno.None || !InodeComparer.HaveSameStatus(status, other))
            return false;
        // Whether the same names are linked to each other in both is not worth finding out.
        if (status.Links > 1 || other.Links > 1)
            return false;
        return InodeComparer.AreSame(Chain.Current, _base.Current, name, status.Kind);
    }

    protected override Errno Describe(FileDescriptor directory, in FileStatus status, out SourceDirectory? result)
    {
        var error = base.Describe(directory, status, out result);
        if (error != Errno.None || !HasBase)
            return error;
        error = FileCalls.OpenAt(_base.Current, "."u8, OpenFlags.Directory | OpenFlags.NoAccessTime, 0, out var reader);
        using (reader)
        {
            if (error == Errno.None && (error = DirectoryListing.Read(reader, out var names)) == Errno.None)
                result = result! with { Names = DirectoryListing.Union(result.Names, names) };
            return error;
        }
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        _base.Dispose();
        _baseRoot.Dispose();
    }
}
