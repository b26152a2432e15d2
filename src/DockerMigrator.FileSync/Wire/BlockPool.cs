using System.Buffers;

namespace DockerMigrator.FileSync.Wire;

/// <summary>
/// The blocks in which a stream is received: so many and no more, so that reading waits for those who write. Whoever holds pieces must
/// come to let go of them without anything further being read.
/// </summary>
internal sealed class BlockPool
{
    private readonly object _lock = new();
    private int _free = 24; // the eight files that make a batch hold two each, and the reader some

    /// <summary>A block, held once.</summary>
    public ReceivedBlock Take()
    {
        lock (_lock)
        {
            while (_free == 0)
                Monitor.Wait(_lock);
            _free--;
        }

        return new ReceivedBlock(this, ArrayPool<byte>.Shared.Rent(WireLimits.BlockSize));
    }

    internal void Return(byte[] bytes)
    {
        ArrayPool<byte>.Shared.Return(bytes);
        lock (_lock)
        {
            _free++;
            Monitor.Pulse(_lock);
        }
    }
}
