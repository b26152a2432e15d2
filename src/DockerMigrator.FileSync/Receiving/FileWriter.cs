using DockerMigrator.FileSync.Wire;
using DockerMigrator.Native.Files;

namespace DockerMigrator.FileSync.Receiving;

/// <summary>A regular file being written. Disposed unfinished, it is removed.</summary>
internal sealed class FileWriter(InodeWriter inodes, FileDescriptor file, byte[] name, byte[] place) : IDisposable
{
    private bool _isFinished;

    public void Write(ReadOnlySpan<byte> data, long offset)
    {
        var error = FileCalls.Write(file, data, offset);
        if (error != Errno.None)
            throw inodes.Failure("Writing", name, error);
    }

    /// <summary>Gives it its size (the rest beyond what was written is a hole), its metadata and its name.</summary>
    public void Finish(long size, long written, EntryMetadata metadata)
    {
        if (size > written)
        {
            var error = FileCalls.Truncate(file, size);
            if (error != Errno.None)
                throw inodes.Failure("Writing", name, error);
        }

        MetadataWriter.Apply(new InodeHandle(file, isPath: false), FileKind.Regular, metadata, inodes, name);
        inodes.Settle(place, name);
        _isFinished = true;
        inodes.Protect(file, metadata, name);
    }

    public void Dispose()
    {
        file.Dispose();
        if (!_isFinished)
            DirectoryCalls.Unlink(inodes.Directory, place);
    }
}
