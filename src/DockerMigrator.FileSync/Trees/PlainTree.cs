using System.Text;
using DockerMigrator.FileSync.Errors;
using DockerMigrator.FileSync.Watching;
using DockerMigrator.Native.Files;
using DockerMigrator.Native.Watching;

namespace DockerMigrator.FileSync.Trees;

/// <summary>A directory tree that is sent as it is: a volume or a bind mount. Also the base of what drivers make of theirs.</summary>
public class PlainTree : IChangeSource
{
    private readonly FileDescriptor _root;
    private DirectoryChain _chain;
    private bool _mayBeWatched;
    private TreeWatch? _watch;

    /// <summary>Takes over an open directory.</summary>
    protected PlainTree(FileDescriptor root, string description)
    {
        _root = root;
        _chain = new DirectoryChain(root, readOnly: true);
        Description = description;
    }

    /// <inheritdoc/>
    public string Description { get; }

    /// <inheritdoc/>
    public virtual bool IsWholeTree => true;

    /// <inheritdoc/>
    public virtual bool IsSingleFile => false;

    /// <inheritdoc/>
    public TreeWatch? Watch
    {
        get
        {
            if (_mayBeWatched)
                _watch = TreeWatch.TryStart(_root);
            _mayBeWatched = false;
            return _watch;
        }
    }

    /// <inheritdoc/>
    // In memory, stores through a mapping change no time but by the first one to a page.
    public bool MayHaveChangedUntold => FileSystemWatch.IsInMemory(_root) && Watch?.MayBeMapped() != false;

    /// <summary>Where the walk stands.</summary>
    protected DirectoryChain Chain => _chain;

    /// <summary>The tree's root.</summary>
    protected FileDescriptor Root => _root;

    /// <summary>A directory or a single file of the host, symbolic links on the way to it followed.</summary>
    /// <exception cref="TreeException">It is not there, or neither of both.</exception>
    /// <param name="path">The directory or file.</param>
    /// <param name="description">What it is, for messages.</param>
    /// <param name="mayBeWatched">Whether the kernel may be asked to tell what happens in it.</param>
    public static PlainTree Open(string path, string description, bool mayBeWatched = true)
    {
        var bytes = Encoding.UTF8.GetBytes(Path.GetFullPath(path));
        var error = FileCalls.Open(bytes, OpenFlags.Directory | OpenFlags.NoAccessTime, out var root);
        if (error == Errno.ENOTDIR)
            return SingleFile.Open(path, description);
        return error == Errno.None ? new PlainTree(root, description) { _mayBeWatched = mayBeWatched } : throw TreeException.Because("Opening", path, error);
    }

    /// <inheritdoc/>
    public virtual void KeepOpen()
    {
        // The root is open, and what is open stays readable wherever it is unmounted.
    }

    /// <inheritdoc/>
    public virtual SourceDirectory Start()
    {
        _chain.Dispose();
        _chain = new DirectoryChain(_root, readOnly: true);
        // A descriptor of its own: reading moves a position that the root descriptor would keep.
        var error = FileCalls.OpenAt(_root, "."u8, OpenFlags.Directory | OpenFlags.NoAccessTime, 0, out var root);
        using (root)
        {
            FileStatus status = default;
            SourceDirectory? directory = null;
            if (error == Errno.None)
                error = FileCalls.Stat(root, out status);
            if (error == Errno.None)
                error = Describe(root, status, out directory);
            return directory ?? throw TreeException.Because("Reading", Description, error);
        }
    }

    /// <inheritdoc/>
    public void Flush() => FileCalls.SyncFileSystem(_root);

    /// <inheritdoc/>
    public virtual Errno Enter(ReadOnlySpan<byte> name, out SourceDirectory? directory)
    {
        directory = null;
        var error = _chain.Enter(name, out var status);
        if (error != Errno.None)
            return error;
        if (status.IsMountRoot)
            throw new TreeException($"'{TreePath.Printable(_chain.PathTo(default))}' in {Description} is a mount point: what is mounted there cannot be copied with it.");
        error = Describe(_chain.Current, status, out directory);
        if (error != Errno.None)
            _chain.Leave();
        return error;
    }

    /// <inheritdoc/>
    public virtual Errno Leave() => _chain.Leave();

    /// <inheritdoc/>
    public Errno Examine(out FileStatus status) => FileCalls.Stat(_chain.Current, out status);

    /// <inheritdoc/>
    public virtual Errno Examine(ReadOnlySpan<byte> name, out FileStatus status, out EntryMeaning meaning)
    {
        meaning = EntryMeaning.Present;
        return FileCalls.StatAt(_chain.Current, name, out status);
    }

    /// <inheritdoc/>
    public virtual bool IsAsInImage(ReadOnlySpan<byte> name, in FileStatus status) => false;

    /// <inheritdoc/>
    public virtual Errno Open(ReadOnlySpan<byte> name, FileKind kind, out SourceInode? inode) => OpenIn(_chain.Current, name, kind, out inode);

    /// <summary>Opens an entry of any directory.</summary>
    protected static Errno OpenIn(FileDescriptor directory, ReadOnlySpan<byte> name, FileKind kind, out SourceInode? inode)
    {
        inode = null;
        var error = InodeOpener.Open(directory, name, kind, out var file, out var status);
        if (error != Errno.None)
            return error;
        error = XattrReader.Read(new InodeHandle(file, kind != FileKind.Regular), out var xattrs);
        if (error == Errno.None)
            inode = new SourceInode(file, status, xattrs);
        else
            file.Dispose();
        return error;
    }

    /// <inheritdoc/>
    public byte[] ReadLink(SourceInode link)
    {
        var buffer = new byte[TreePath.LongestCall];
        var error = DirectoryCalls.ReadLink(link.File, default, buffer, out var length);
        return error == Errno.None ? buffer[..length] : throw TreeException.Because("Reading a symbolic link in", Description, error);
    }

    /// <inheritdoc/>
    public byte[] PathTo(ReadOnlySpan<byte> name) => _chain.PathTo(name);

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Reads what a directory holds and is.</summary>
    protected virtual Errno Describe(FileDescriptor directory, in FileStatus status, out SourceDirectory? result)
    {
        result = null;
        var error = XattrReader.Read(new InodeHandle(directory, isPath: false), out var xattrs);
        if (error != Errno.None)
            return error;
        error = DirectoryListing.Read(directory, out var names);
        if (error == Errno.None)
            result = new SourceDirectory(status, xattrs, IsOpaque: false, names);
        return error;
    }

    /// <summary>Closes what is open.</summary>
    protected virtual void Dispose(bool disposing)
    {
        _chain.Dispose();
        _watch?.Dispose();
        _root.Dispose();
    }
}
