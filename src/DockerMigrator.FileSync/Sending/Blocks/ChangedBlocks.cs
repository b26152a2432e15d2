using System.Buffers;
using DockerMigrator.Native.Files;

namespace DockerMigrator.FileSync.Sending.Blocks;

/// <summary>Finds the blocks of a file in which the target has something else, on all processors: hashing is as fast as they are.</summary>
internal static class ChangedBlocks
{
    private const int ChunkSize = 1 << 18;

    /// <summary>Compares a file with what the target has.</summary>
    /// <param name="file">The file, open.</param>
    /// <param name="known">What the target has, after it has given the file its present size.</param>
    /// <param name="isSparse">Whether it may have holes.</param>
    /// <param name="states">A state for each block.</param>
    /// <param name="cancellationToken">Stops between two chunks.</param>
    public static Errno Find(FileDescriptor file, FileBlocks known, bool isSparse, out BlockState[] states, CancellationToken cancellationToken)
    {
        var found = new BlockState[known.BlockCount];
        states = found;
        if (isSparse)
            FindHoles(file, known, found);
        var perChunk = ChunkSize / known.BlockSize;
        var failure = Errno.None;
        var options = new ParallelOptions { CancellationToken = cancellationToken, MaxDegreeOfParallelism = Environment.ProcessorCount };
        Parallel.For(0, (found.Length + perChunk - 1) / perChunk, options, chunk =>
        {
            var error = Compare(file, known, found, chunk * perChunk, Math.Min(perChunk, found.Length - (chunk * perChunk)));
            if (error != Errno.None)
                failure = error;
        });
        return failure;
    }

    // Marks those blocks as changed to holes that are holes throughout.
    private static void FindHoles(FileDescriptor file, FileBlocks known, BlockState[] states)
    {
        var hole = 0;
        for (long position = 0; position < known.Size;)
        {
            var error = FileCalls.FindData(file, position, out var start, out var end);
            if (error == Errno.ENXIO)
                break;
            // A file system that knows no holes.
            if (error != Errno.None)
                return;
            var first = (int)Math.Min(start / known.BlockSize, states.Length);
            if (first > hole)
                Mark(hole, first);
            hole = (int)Math.Min((end + known.BlockSize - 1) / known.BlockSize, states.Length);
            position = end;
        }

        Mark(hole, states.Length);

        void Mark(int from, int to)
        {
            for (var block = from; block < to; block++)
                states[block] = known[block] == BlockHash.Hole ? BlockState.Hole : BlockState.NewHole;
        }
    }

    private static Errno Compare(FileDescriptor file, FileBlocks known, BlockState[] states, int first, int count)
    {
        if (states.AsSpan(first, count).IndexOf(BlockState.Same) < 0)
            return Errno.None;
        var buffer = ArrayPool<byte>.Shared.Rent(ChunkSize);
        try
        {
            var start = (long)first * known.BlockSize;
            var error = FileCalls.ReadFully(file, buffer.AsSpan(0, (int)Math.Min((long)count * known.BlockSize, known.Size - start)), start, out var length);
            // What is not there any more, of a file that was cut meanwhile, stays as it is until the next look.
            for (var i = 0; i < count && (long)i * known.BlockSize < length; i++)
            {
                var data = buffer.AsSpan(i * known.BlockSize, Math.Min(known.BlockSize, length - (i * known.BlockSize)));
                if (states[first + i] == BlockState.Same && BlockHash.Of(data) != known[first + i])
                    states[first + i] = BlockState.Changed;
            }

            return error;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
