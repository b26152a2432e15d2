namespace DockerMigrator.FileSync.Wire;

/// <summary>A received block, which goes back to its pool when nobody holds it any more.</summary>
internal sealed class ReceivedBlock(BlockPool pool, byte[] bytes)
{
    private int _holders = 1;

    public byte[] Bytes => bytes;

    /// <summary>Holds it once more.</summary>
    public ReceivedBlock Share()
    {
        Interlocked.Increment(ref _holders);
        return this;
    }

    /// <summary>Lets go of it.</summary>
    public void Release()
    {
        if (Interlocked.Decrement(ref _holders) == 0)
            pool.Return(bytes);
    }
}
