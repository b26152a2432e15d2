using DockerMigrator.FileSync.Wire;

namespace DockerMigrator.FileSync.Receiving;

/// <summary>
/// A directory that is being written into. It gets its metadata when the stream has left it and all its files are written, by whoever
/// comes last: writing into it changes its times.
/// </summary>
/// <param name="path">Where it is.</param>
/// <param name="metadata">What it is to have in the end.</param>
/// <param name="unmentioned">The names that were there and that the stream has not mentioned so far; null unless those are to be removed.</param>
internal sealed class ReceiverFrame(DirectoryPath path, EntryMetadata metadata, HashSet<byte[]>? unmentioned)
{
    private InodeWriter? _finisher;
    private int _holders = 1;

    public DirectoryPath Path => path;

    public HashSet<byte[]>? Unmentioned => unmentioned;

    /// <summary>Something in it is still to be written.</summary>
    public void Hold() => Interlocked.Increment(ref _holders);

    /// <summary>That is written.</summary>
    public void Release()
    {
        if (Interlocked.Decrement(ref _holders) > 0)
            return;
        try
        {
            _finisher?.FinishDirectory(metadata);
        }
        finally
        {
            _finisher?.Release();
        }
    }

    /// <summary>The stream has left it.</summary>
    /// <param name="finisher">Stands in it; null if it gets no metadata.</param>
    public void Leave(InodeWriter? finisher)
    {
        finisher?.Hold();
        _finisher = finisher;
        Release();
    }
}
