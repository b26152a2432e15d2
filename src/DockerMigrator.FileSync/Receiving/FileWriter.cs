using DockerMigrator.FileSync.Errors;
using DockerMigrator.FileSync.Trees;
using DockerMigrator.FileSync.Wire;
using DockerMigrator.Native.Files;

namespace DockerMigrator.FileSync.Receiving;

/// <summary>
/// A regular file being written: a new one that takes its place when it is complete, or an earlier one of which what changed is written
/// in place. A small one is one job of the pool; a large one's data is written by several while the rest is still read.
/// Disposed unfinished, a new one is removed. A patched one is then torn, and is not believed: its sender sends everything again.
/// </summary>
internal sealed class FileWriter : IDisposable
{
    private const int JobBytes = 256 * 1024;
    private const int JobPieces = 64;

    private static readonly byte[] Zeros = new byte[64 * 1024];

    private readonly WritePool _pool;
    private readonly ReceiverFrame _frame;
    private readonly InodeWriter _inodes;
    private readonly byte[] _name;
    private readonly EntryMetadata _metadata;
    private readonly long _size;
    private readonly PatchBase? _base;
    private readonly List<DataPiece> _waiting = [];
    private List<DataPiece> _pieces = [];
    private bool _isBeingWritten;
    private FileDescriptor? _file;
    private byte[]? _place;
    private long _collected;
    private long _end;
    private int _holders = 1;
    private bool _isComplete;
    private volatile bool _hasFailed;

    /// <summary>A file of the directory in which <paramref name="inodes"/> stands.</summary>
    /// <param name="pool">Does the writing.</param>
    /// <param name="frame">The directory, finished after its files.</param>
    /// <param name="inodes">Stands in it.</param>
    /// <param name="name">The file's name.</param>
    /// <param name="metadata">What it is to have in the end.</param>
    /// <param name="size">Its size; the rest beyond what is written is a hole.</param>
    /// <param name="patchBase">What an earlier file must be to be written into; null for a new one.</param>
    public FileWriter(WritePool pool, ReceiverFrame frame, InodeWriter inodes, byte[] name, EntryMetadata metadata, long size, PatchBase? patchBase)
    {
        (_pool, _frame, _inodes, _name, _metadata, _size, _base) = (pool, frame, inodes, name, metadata, size, patchBase);
        frame.Hold();
        inodes.Hold();
    }

    /// <summary>Takes the next piece of it.</summary>
    public void Add(DataPiece piece)
    {
        _pieces.Add(piece);
        _collected += piece.IsHole ? 0 : piece.Length;
        _end = piece.Offset + piece.Length;
        if (_collected < JobBytes && _pieces.Count < JobPieces)
            return;
        HandOver();
    }

    /// <summary>That was all of it: it gets its size, its metadata and its name when all is written.</summary>
    public void Finish()
    {
        _isComplete = true;
        // A small file is one job.
        if (_file is null)
        {
            _pool.Run(new Job(this, _pieces), _collected);
            return;
        }

        try
        {
            HandOver();
        }
        finally
        {
            Release();
        }
    }

    public void Dispose()
    {
        if (_isComplete)
            return;
        _hasFailed = true;
        _pieces.ForEach(piece => piece.Release());
        Release();
    }

    // One job at a time writes to a file: several would only wait for each other.
    private void HandOver()
    {
        if (_file is null)
            Open();
        lock (_waiting)
        {
            _waiting.AddRange(_pieces);
            (_pieces, _collected) = ([], 0);
            // The pool tells of the failure; who waits for a block must not wait for those that nobody writes any more.
            if (_hasFailed)
                LetGo();
            if (_hasFailed || _isBeingWritten)
                return;
            _isBeingWritten = true;
        }

        Interlocked.Increment(ref _holders);
        _pool.Run(new Job(this, []), JobBytes);
    }

    private List<DataPiece> TakeWaiting()
    {
        lock (_waiting)
        {
            List<DataPiece> pieces = [.. _waiting];
            _waiting.Clear();
            _isBeingWritten = pieces.Count > 0;
            return pieces;
        }
    }

    private void Fail()
    {
        lock (_waiting)
        {
            _hasFailed = true;
            LetGo();
        }
    }

    private void LetGo()
    {
        _waiting.ForEach(piece => piece.Release());
        _waiting.Clear();
    }

    private void Open()
    {
        if (_base is { } patchBase)
        {
            _place = _name;
            _file = _inodes.OpenFile(_name, patchBase);
            var error = _size == patchBase.Size ? Errno.None : FileCalls.Truncate(_file, _size);
            if (error != Errno.None)
                throw _inodes.Failure("Writing", _name, error);
        }
        else
        {
            (_file, _place) = _inodes.CreateFile(_name, _metadata.Permissions);
        }
    }

    private void Write(DataPiece piece)
    {
        var error = piece.IsHole ? FileCalls.PunchHole(_file!, piece.Offset, piece.Length) : FileCalls.Write(_file!, piece.Data, piece.Offset);
        if (piece.IsHole && error is Errno.EOPNOTSUPP or Errno.ENOSYS)
            error = WriteZeros(piece);
        if (error != Errno.None)
            throw _inodes.Failure("Writing", _name, error);
    }

    private Errno WriteZeros(DataPiece hole)
    {
        var error = Errno.None;
        for (long done = 0; done < hole.Length && error == Errno.None; done += Zeros.Length)
            error = FileCalls.Write(_file!, Zeros.AsSpan(0, (int)Math.Min(Zeros.Length, hole.Length - done)), hole.Offset + done);
        return error;
    }

    private void Release()
    {
        if (Interlocked.Decrement(ref _holders) > 0)
            return;
        try
        {
            if (!_hasFailed)
                Complete();
        }
        catch (TreeException)
        {
            _hasFailed = true;
            throw;
        }
        finally
        {
            _file?.Dispose();
            _waiting.ForEach(piece => piece.Release());
            if (_hasFailed && _base is null && _place is not null)
                DirectoryCalls.Unlink(_inodes.Directory, _place);
            _inodes.Release();
            _frame.Release();
        }
    }

    private void Complete()
    {
        if (_base is null && _size > _end)
        {
            var error = FileCalls.Truncate(_file!, _size);
            if (error != Errno.None)
                throw _inodes.Failure("Writing", _name, error);
        }

        MetadataWriter.Apply(new InodeHandle(_file!, isPath: false), FileKind.Regular, _metadata, _inodes, _name, isNew: _base is null);
        _inodes.Settle(_place!, _name);
        // What is in place is not taken away any more.
        _place = null;
        _inodes.Protect(_file!, _metadata, _name);
    }

    private sealed class Job(FileWriter file, List<DataPiece> pieces) : IWriteJob
    {
        private List<DataPiece> _pieces = pieces;

        public void Run()
        {
            try
            {
                // Of a large file the reading thread has made sure, before the first job.
                if (file._file is null)
                    file.Open();
                do
                {
                    _pieces.ForEach(file.Write);
                    _pieces.ForEach(piece => piece.Release());
                    _pieces = file.TakeWaiting();
                }
                while (_pieces.Count > 0);
            }
            catch
            {
                file.Fail();
                _pieces.ForEach(piece => piece.Release());
                throw;
            }
            finally
            {
                file.Release();
            }
        }

        public void Abandon()
        {
            file.Fail();
            _pieces.ForEach(piece => piece.Release());
            file.Release();
        }
    }
}
