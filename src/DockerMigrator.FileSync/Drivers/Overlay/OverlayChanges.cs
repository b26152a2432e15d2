using DockerMigrator.FileSync.Errors;
using DockerMigrator.FileSync.Receiving;
using DockerMigrator.FileSync.Trees;
using DockerMigrator.Native.Files;

namespace DockerMigrator.FileSync.Drivers.Overlay;

/// <summary>
/// What a container changed, as overlayfs keeps it in the upper directory: whiteouts are removals, opaque directories
/// hide the image's. What only the merged view can tell (a renamed directory of the image, a file of which only the
/// metadata was copied up) is read there.
/// </summary>
internal sealed class OverlayChanges : PlainTree
{
    private readonly Func<FileDescriptor> _openMerged;
    private readonly Stack<OverlayNotes> _notes = new();
    private FileDescriptor? _merged;
    private OverlayNotes? _described;
    private int _mergedFrom = int.MaxValue;

    /// <summary>Changes in an upper directory.</summary>
    /// <param name="upper">The upper directory; taken over.</param>
    /// <param name="description">What it is, for messages.</param>
    /// <param name="openMerged">Opens the merged view's root, if that is ever needed.</param>
    public OverlayChanges(FileDescriptor upper, string description, Func<FileDescriptor> openMerged)
        : base(upper, description) => _openMerged = openMerged;

    public override bool IsWholeTree => false;

    private bool IsInMerged => Chain.Depth >= _mergedFrom;

    private FileDescriptor Merged => _merged ??= _openMerged();

    public override void KeepOpen()
    {
        try
        {
            _ = Merged;
        }
        catch (TreeException)
        {
            // Few containers have anything that only it can tell.
        }
    }

    public override SourceDirectory Start()
    {
        _notes.Clear();
        _mergedFrom = int.MaxValue;
        var root = base.Start();
        _notes.Push(_described!);
        return root;
    }

    public override Errno Enter(ReadOnlySpan<byte> name, out SourceDirectory? directory)
    {
        var error = base.Enter(name, out directory);
        if (error != Errno.None)
            return error;
        if (!IsInMerged && _described!.IsRedirected)
            return EnterMerged(name, out directory);
        _notes.Push(_described!);
        return Errno.None;
    }

    public override Errno Leave()
    {
        if (Chain.Depth == _mergedFrom)
            _mergedFrom = int.MaxValue;
        _notes.Pop();
        return base.Leave();
    }

    public override Errno Examine(ReadOnlySpan<byte> name, out FileStatus status, out EntryMeaning meaning)
    {
        var error = base.Examine(name, out status, out meaning);
        if (error != Errno.None || IsInMerged)
            return error;
        if (status is { Kind: FileKind.CharacterDevice, Device: { Major: 0, Minor: 0 } })
            meaning = EntryMeaning.Removed;
        else if (_notes.Peek().HasXattrWhiteouts && status is { Kind: FileKind.Regular, Size: 0 } && IsXattrWhiteout(name))
            meaning = EntryMeaning.Removed;
        return Errno.None;
    }

    public override Errno Open(ReadOnlySpan<byte> name, FileKind kind, out SourceInode? inode)
    {
        var error = base.Open(name, kind, out inode);
        if (error != Errno.None || IsInMerged)
            return error;
        var notes = OverlayNotes.Of(inode!.Xattrs);
        inode = inode with { Xattrs = notes.Xattrs, Status = inode.Status.WithProtection(notes.IsImmutable, notes.IsAppendOnly) };
        if (!notes.HasNoData)
            return Errno.None;

        error = OpenMergedFile(PathTo(name), out var content);
        if (error == Errno.None)
        {
            inode = inode with { Content = content };
            return Errno.None;
        }

        inode.Dispose();
        inode = null;
        return error;
    }

    protected override Errno Describe(FileDescriptor directory, in FileStatus status, out SourceDirectory? result)
    {
        var error = base.Describe(directory, status, out result);
        if (error != Errno.None)
            return error;
        // The merged view shows no notes of its own, and any that it shows are the container's.
        _described = IsInMerged ? OverlayNotes.Of([]) : OverlayNotes.Of(result!.Xattrs);
        if (!IsInMerged)
        {
            result = result! with
            {
                Status = status.WithProtection(_described.IsImmutable, _described.IsAppendOnly),
                Xattrs = _described.Xattrs,
                IsOpaque = _described.IsOpaque,
            };
        }

        return Errno.None;
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        _merged?.Dispose();
    }

    /// <summary>A redirected directory: everything below is read in the merged view, and replaces what the image has there.</summary>
    private Errno EnterMerged(ReadOnlySpan<byte> name, out SourceDirectory? directory)
    {
        directory = null;
        var path = Chain.PathTo(default);
        var error = base.Leave();
        if (error != Errno.None)
            return error;
        error = BeneathOpener.OpenDirectory(Merged, path, out var place);
        if (error == Errno.EXDEV)
            throw new TreeException($"'{TreePath.Printable(path)}' in {Description} is below a mount point and cannot be seen.");
        if (error != Errno.None)
            return error;
        FileStatus status;
        using (place)
            error = Chain.EnterForeign(name, place!, out status);
        if (error != Errno.None)
            return error;

        _mergedFrom = Chain.Depth;
        _notes.Push(OverlayNotes.Of([]));
        error = Describe(Chain.Current, status, out directory);
        if (error == Errno.None)
            directory = directory! with { IsOpaque = true };
        else
            Leave();
        return error;
    }

    private Errno OpenMergedFile(byte[] path, out FileDescriptor? content)
    {
        content = null;
        var error = BeneathOpener.OpenParent(Merged, path, out var parent, out var last);
        using (parent)
        {
            if (error != Errno.None)
                return error;
            error = InodeOpener.Open(parent!, last, FileKind.Regular, out var file, out _);
            content = file;
            return error;
        }
    }

    private bool IsXattrWhiteout(ReadOnlySpan<byte> name)
    {
        if (base.Open(name, FileKind.Regular, out var inode) != Errno.None)
            return false;
        using (inode)
            return OverlayNotes.Of(inode!.Xattrs).IsWhiteout;
    }
}
