using DockerMigrator.FileSync.Errors;
using DockerMigrator.FileSync.Trees;
using DockerMigrator.FileSync.Wire;
using DockerMigrator.Native.Files;

namespace DockerMigrator.FileSync.Receiving;

/// <content>Going into directories and out of them.</content>
internal sealed partial class ReceiverRun
{
    private void EnterDirectory()
    {
        var isRoot = _frames.Count == 0;
        var name = _reader.Name(mayBeEmpty: isRoot);
        var isOpaque = _reader.Flag();
        var metadata = _reader.Metadata();
        if (isRoot)
        {
            if (name.Length > 0 || _rootIsDone)
                throw ChangeStreamReader.Damaged("it has more than one root");
            _frames.Push(Frame(DirectoryPath.Root, isOpaque, metadata));
            return;
        }

        if (_root.SingleFile is not null)
            throw ChangeStreamReader.Damaged("it has a directory where only one file is expected");
        if (_frames.Count > WireLimits.Depth)
            throw ChangeStreamReader.Damaged("its directories are too deep");
        MentionName(name);
        var isNew = _inodes.MakeDirectory(name, isOpaque);
        var error = _chain.Enter(name, out var status);
        if (error != Errno.None)
            throw _inodes.Failure("Opening", name, error);
        var path = new DirectoryPath(_frames.Peek().Path, name);
        _inodes = new InodeWriter(_chain.Current, path, _root.Description);
        if (status.IsMountRoot)
            throw new TreeException($"'{TreePath.Printable(path.PathTo(default))}' in {_root.Description} is a mount point: it is not written into.");
        if (status.IsImmutable || status.IsAppendOnly)
            MetadataCalls.SetProtection(_chain.Current, immutable: false, appendOnly: false);
        _frames.Push(isNew ? new ReceiverFrame(path, metadata, null) : Frame(path, isOpaque, metadata));
    }

    private ReceiverFrame Frame(DirectoryPath path, bool isOpaque, EntryMetadata metadata)
    {
        if (_root.SingleFile is not null || (!_isMirror && !isOpaque))
            return new ReceiverFrame(path, metadata, null);
        var names = new HashSet<byte[]>(NameComparer.Instance);
        var listing = _inodes.List();
        for (var i = 0; i < listing.Count; i++)
            names.Add(listing[i].ToArray());
        return new ReceiverFrame(path, metadata, names);
    }

    private void LeaveDirectory()
    {
        if (!_frames.TryPop(out var frame))
            throw ChangeStreamReader.Damaged("it leaves a directory that it is not in");
        foreach (var name in frame.Unmentioned ?? [])
            _inodes.Remove(name);
        var isRoot = _frames.Count == 0;
        frame.Leave(isRoot && _root.SingleFile is not null ? null : _inodes);
        _rootIsDone |= isRoot;
        if (isRoot)
            return;
        var error = _chain.Leave();
        if (error != Errno.None)
            throw _inodes.Failure("Going on after", default, error);
        _inodes = new InodeWriter(_chain.Current, _frames.Peek().Path, _root.Description);
    }
}
