using DockerMigrator.FileSync.Errors;
using DockerMigrator.FileSync.Trees;
using DockerMigrator.FileSync.Wire;
using DockerMigrator.Native.Files;

namespace DockerMigrator.FileSync.Receiving;

/// <summary>One pass being written.</summary>
internal sealed partial class ReceiverRun : IDisposable
{
    private readonly ChangeStreamReader _reader;
    private readonly TreeRoot _root;
    private readonly DirectoryChain _chain;
    private readonly Stack<ReceiverFrame> _frames = new();
    private readonly InodeWriter _inodes;
    private readonly CancellationToken _cancellationToken;
    private bool _isMirror;
    private bool _rootIsDone;
    private long _entries;
    private long _bytes;
    private long _removed;

    public ReceiverRun(Stream stream, TreeRoot root, CancellationToken cancellationToken)
    {
        _reader = new ChangeStreamReader(stream);
        _root = root;
        _chain = new DirectoryChain(root.Directory, readOnly: false);
        _inodes = new InodeWriter(_chain, root.Description);
        _cancellationToken = cancellationToken;
    }

    public TreeStats Receive()
    {
        var flags = _reader.Header();
        if (flags.HasFlag(StreamFlags.SingleFile) != (_root.SingleFile is not null))
            throw new TreeException($"One side of {_root.Description} is a directory and the other is a single file.");
        _isMirror = flags.HasFlag(StreamFlags.Mirror) && _root.SingleFile is null;

        while (true)
        {
            _cancellationToken.ThrowIfCancellationRequested();
            var code = _reader.Code();
            if (code == EntryCode.End)
                break;
            Apply(code);
        }

        if (_frames.Count > 0)
            throw ChangeStreamReader.Damaged("it ends inside a directory");
        _reader.End(_entries, _bytes, _removed);
        return new TreeStats(_entries, _bytes, _removed, Unsettled: 0);
    }

    public void Dispose()
    {
        _chain.Dispose();
        _reader.Dispose();
    }

    private void Apply(EntryCode code)
    {
        if (code == EntryCode.Leave)
        {
            LeaveDirectory();
            return;
        }

        _entries++;
        if (code == EntryCode.Directory)
        {
            EnterDirectory();
            return;
        }

        var name = MentionName(_reader.Name(mayBeEmpty: false));
        switch (code)
        {
            case EntryCode.File:
                WriteFile(name);
                break;
            case EntryCode.Symlink:
                var linkMetadata = _reader.Metadata();
                var target = _reader.SymlinkTarget();
                _inodes.Place(name, (directory, place) => DirectoryCalls.MakeSymlink(target, directory, place), FileKind.Symlink, linkMetadata);
                break;
            case EntryCode.Node:
                var metadata = _reader.Metadata();
                var kind = _reader.NodeKind();
                var device = _reader.Device();
                _inodes.Place(name, (directory, place) => DirectoryCalls.MakeNode(directory, place, kind, 0, device), kind, metadata);
                break;
            case EntryCode.HardLink:
                WriteHardLink(name);
                break;
            default:
                _inodes.Remove(name);
                _removed++;
                break;
        }
    }

    /// <summary>The name to write: the stream's, unless the tree is a single file, whose name is the target's own affair.</summary>
    private byte[] MentionName(byte[] name)
    {
        if (!_frames.TryPeek(out var frame))
            throw ChangeStreamReader.Damaged("it has an entry outside any directory");
        frame.Unmentioned?.Remove(name);
        return _root.SingleFile ?? name;
    }

    private void WriteFile(byte[] name)
    {
        var metadata = _reader.Metadata();
        var size = _reader.Size();
        using var file = _inodes.CreateFile(name);
        long position = 0;
        while (_reader.Segment(position, size, out var offset) is var length and > 0)
        {
            position = offset + length;
            while (offset < position)
            {
                _cancellationToken.ThrowIfCancellationRequested();
                var data = _reader.Data(position - offset);
                file.Write(data, offset);
                offset += data.Length;
                _bytes += data.Length;
            }
        }

        file.Finish(size, position, metadata);
    }

    private void WriteHardLink(byte[] name)
    {
        var path = _reader.LinkPath();
        if (_root.SingleFile is not null)
            throw ChangeStreamReader.Damaged("it has a hard link where only one file is expected");
        _inodes.Link(name, path, _root.Directory);
    }
}
