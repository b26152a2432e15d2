using DockerMigrator.FileSync.Errors;
using DockerMigrator.FileSync.Sending.Blocks;
using DockerMigrator.FileSync.Wire;
using DockerMigrator.Native.Files;

namespace DockerMigrator.FileSync.Sending;

/// <content>Large files, of which only what changed is sent.</content>
internal sealed partial class SenderRun
{
    private static UInt128 KeyOf(SenderFrame frame, ReadOnlySpan<byte> name) => TreeMemory.KeyOf(frame.Key, name);

    private void KeepBlocks(SenderFrame frame, ReadOnlySpan<byte> name, in FileStatus status)
    {
        if (status.Size >= BlockMemory.SmallestFile && status.Kind == FileKind.Regular && knownBlocks.Take(KeyOf(frame, name)) is { } blocks)
            RememberedBlocks.Put(KeyOf(frame, name), blocks);
    }

    private void SendPatch(ReadOnlySpan<byte> name, UInt128 key, in FileStatus status, FileDescriptor file, EntryMetadata metadata, FileBlocks earlier)
    {
        var blocks = earlier.Resized(status);
        var error = ChangedBlocks.Find(file, blocks, status.AllocatedBytes < status.Size, out var states, cancellationToken);
        if (error != Errno.None)
            throw TreeException.Because("Reading", source.PathTo(name), source.Description, error);
        _writer.Patch(name, metadata, status.Size, earlier.Size, earlier.Modified);
        for (int first = 0, end; first < states.Length; first = end)
        {
            var state = states[first];
            for (end = first + 1; end < states.Length && states[end] == state; end++)
            {
            }

            var (start, stop) = ((long)first * blocks.BlockSize, Math.Min((long)end * blocks.BlockSize, status.Size));
            // A file that is cut meanwhile is looked at again.
            if (state == BlockState.Changed && !SendData(name, file, start, stop, blocks))
                break;
            if (state != BlockState.NewHole)
                continue;
            _writer.Hole(start, stop - start);
            for (var block = first; block < end; block++)
                blocks[block] = BlockHash.Hole;
        }

        _writer.EndFile();
        RememberedBlocks.Put(key, blocks);
    }
}
