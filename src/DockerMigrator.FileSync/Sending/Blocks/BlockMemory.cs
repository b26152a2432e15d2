using DockerMigrator.Native.Files;

namespace DockerMigrator.FileSync.Sending.Blocks;

/// <summary>
/// What the target has of the large files of a tree, so that only those blocks are sent that changed. It takes no more than
/// <see cref="Most"/> bytes: as it fills up, files get larger blocks, and in the end none.
/// </summary>
internal sealed class BlockMemory
{
    /// <summary>Smaller files are sent whole.</summary>
    public const long SmallestFile = 1 << 20;

    private const long Most = 48 << 20;
    private const int SmallestBlock = 4096;
    private const int LargestBlock = 64 * 1024;

    private readonly Dictionary<UInt128, FileBlocks> _files = [];
    private long _bytes;

    /// <summary>What is known of a file, which is forgotten by that; null if nothing.</summary>
    public FileBlocks? Take(UInt128 key)
    {
        if (!_files.Remove(key, out var blocks))
            return null;
        _bytes -= blocks.Bytes;
        return blocks;
    }

    /// <summary>Remembers a file.</summary>
    public void Put(UInt128 key, FileBlocks blocks)
    {
        Take(key);
        _files[key] = blocks;
        _bytes += blocks.Bytes;
    }

    /// <summary>For a file that is about to be sent whole; null if there is no room, or it is too small.</summary>
    public FileBlocks? Create(in FileStatus status)
    {
        if (status.Size < SmallestFile || status.IsImmutable || status.IsAppendOnly)
            return null;
        var blockSize = SmallestBlock;
        while (blockSize < LargestBlock && status.Size / blockSize * 16 > (Most - _bytes) / 2)
            blockSize *= 2;
        return status.Size / blockSize * 16 > Most - _bytes ? null : new FileBlocks(status, blockSize);
    }
}
