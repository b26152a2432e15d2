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
    private readonly WritePool _pool = new();
    private readonly CancellationToken _cancellationToken;
    private InodeWriter _inodes;
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
        _inodes = new InodeWriter(_chain.Current, DirectoryPath.Root, root.Description);
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
        _pool.Drain();
        return new TreeStats(_entries, _bytes, _removed, Unsettled: 0);
    }

    public void Dispose()
    {
        _pool.Dispose();
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
            case EntryCode.Patch:
                WriteFile(name, isPatch: code == EntryCode.Patch);
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

    private void WriteFile(byte[] name, bool isPatch)
    {
        var metadata = _reader.Metadata();
        var size = _reader.Size();
        using var file = new FileWriter(_pool, _frames.Peek(), _inodes, name, metadata, size, isPatch ? _reader.PatchBase() : null);
        long position = 0;
        bool? isHole = isPatch ? false : null;
        while (_reader.Segment(position, size, out var offset, ref isHole) is var length and > 0)
        {
            position = offset + length;
            if (isHole == true)
            {
                file.Add(DataPiece.Hole(length, offset));
                continue;
            }

            while (offset < position)
            {
                _cancellationToken.ThrowIfCancellationRequested();
                var piece = _reader.Piece(position - offset, offset);
                offset += piece.Length;
                _bytes += piece.Length;
                file.Add(piece);
            }
        }

        file.Finish();
    }

    private void WriteHardLink(byte[] name)
    {
        var path = _reader.LinkPath();
        if (_root.SingleFile is not null)
            throw ChangeStreamReader.Damaged("it has a hard link where only one file is expected");
        // The earlier file may still be in the making.
        _pool.Drain();
        _inodes.Link(name, path, _root.Directory);
    }
}
