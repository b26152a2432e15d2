using DockerMigrator.FileSync.Trees;
using DockerMigrator.Native.Files;

namespace DockerMigrator.FileSync.Sending.Blocks;

/// <summary>What the target has of one large file, block by block, as it was sent.</summary>
internal sealed class FileBlocks
{
    private readonly UInt128[] _hashes;
    private readonly ulong _inode;
    private readonly DeviceNumber _fileSystem;

    /// <summary>Of a file that is sent whole, of which the target has nothing yet but a hole of its size.</summary>
    public FileBlocks(in FileStatus status, int blockSize)
        : this(status, blockSize, new UInt128[Count(status.Size, blockSize)])
    {
    }

    private FileBlocks(in FileStatus status, int blockSize, UInt128[] hashes)
    {
        (_inode, _fileSystem, Size, Modified) = (status.Inode, status.FileSystem, status.Size, status.Modified);
        BlockSize = blockSize;
        _hashes = hashes;
    }

    /// <summary>In bytes, a power of two.</summary>
    public int BlockSize { get; }

    /// <summary>The file's size as sent.</summary>
    public long Size { get; }

    /// <summary>The file's modification time as sent.</summary>
    public FileTime Modified { get; }

    /// <summary>The memory that it takes.</summary>
    public long Bytes => BytesFor(Size, BlockSize);

    /// <summary>Number of blocks.</summary>
    public int BlockCount => _hashes.Length;

    /// <summary>A block's hash.</summary>
    public ref UInt128 this[int block] => ref _hashes[block];

    /// <summary>The memory that a file's blocks would take.</summary>
    public static long BytesFor(long size, int blockSize) => 16L * Count(size, blockSize);

    /// <summary>Whether it is about this inode.</summary>
    public bool IsOf(in FileStatus status) => status.Inode == _inode && status.FileSystem == _fileSystem;

    /// <summary>The same after the target has cut or extended the file to the size that it has now.</summary>
    public FileBlocks Resized(in FileStatus status)
    {
        var hashes = new UInt128[Count(status.Size, BlockSize)];
        _hashes.AsSpan(0, Math.Min(hashes.Length, _hashes.Length)).CopyTo(hashes);
        var cut = Math.Min(status.Size, Size);
        if (status.Size != Size && cut % BlockSize != 0)
            hashes[cut / BlockSize] = BlockHash.Unknown;
        return new FileBlocks(status, BlockSize, hashes);
    }

    /// <summary>Notes what is sent: data from a block's start to a block's or the file's end.</summary>
    public void Note(long offset, ReadOnlySpan<byte> data)
    {
        for (var block = (int)(offset / BlockSize); data.Length > 0; block++)
        {
            var part = data[..Math.Min(BlockSize, data.Length)];
            _hashes[block] = part.Length == Math.Min(BlockSize, Size - ((long)block * BlockSize)) ? BlockHash.Of(part) : BlockHash.Unknown;
            data = data[part.Length..];
        }
    }

    private static int Count(long size, int blockSize) => checked((int)((size + blockSize - 1) / blockSize));
}
