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
            _frames.Push(Frame(isOpaque, metadata));
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
        if (status.IsMountRoot)
            throw new TreeException($"'{TreePath.Printable(_chain.PathTo(default))}' in {_root.Description} is a mount point: it is not written into.");
        if (status.IsImmutable || status.IsAppendOnly)
            MetadataCalls.SetProtection(_chain.Current, immutable: false, appendOnly: false);
        _frames.Push(isNew ? new ReceiverFrame(metadata, null) : Frame(isOpaque, metadata));
    }

    private ReceiverFrame Frame(bool isOpaque, EntryMetadata metadata)
    {
        if (_root.SingleFile is not null || (!_isMirror && !isOpaque))
            return new ReceiverFrame(metadata, null);
        var names = new HashSet<byte[]>(NameComparer.Instance);
        var listing = _inodes.List();
        for (var i = 0; i < listing.Count; i++)
            names.Add(listing[i].ToArray());
        return new ReceiverFrame(metadata, names);
    }

    private void LeaveDirectory()
    {
        if (!_frames.TryPop(out var frame))
            throw ChangeStreamReader.Damaged("it leaves a directory that it is not in");
        foreach (var name in frame.Unmentioned ?? [])
            _inodes.Remove(name);
        if (_frames.Count == 0)
        {
            _rootIsDone = true;
            if (_root.SingleFile is not null)
                return;
        }

        _inodes.FinishDirectory(frame.Metadata);
        if (_frames.Count == 0)
            return;
        var error = _chain.Leave();
        if (error != Errno.None)
            throw _inodes.Failure("Going on after", default, error);
    }
}
