using DockerMigrator.FileSync.Errors;
using DockerMigrator.FileSync.Trees;

namespace DockerMigrator.FileSync.Sending;

/// <summary>
/// Sends a source to a <see cref="Receiving.TreeReceiver"/>, pass after pass: the first pass sends everything, every later one what
/// changed since, found by comparing with a compact memory of what was sent. Not for use by several threads at once.
/// </summary>
/// <param name="source">What to send; stays the caller's.</param>
public sealed class TreeSender(IChangeSource source)
{
    private TreeMemory? _memory;

    /// <summary>Whether the next pass sends everything, as the first one does.</summary>
    public bool IsFirstPass => _memory is null;

    /// <summary>
    /// Makes the next pass send everything. Its target must then be started over (see
    /// <see cref="Drivers.IStorageDriver.OpenForWritingAsync"/>) unless the source is a whole tree, which the target mirrors.
    /// </summary>
    public void ForgetMemory() => _memory = null;

    /// <summary>
    /// Sends one pass, from its start mark to its end mark. After a failure the next pass is a first one again, because
    /// nobody knows what arrived.
    /// </summary>
    /// <exception cref="TreeException">The source cannot be read or, in the final pass, changes.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public TreeStats Send(Stream stream, Pass pass, CancellationToken cancellationToken = default)
    {
        var (known, isFirst) = (_memory ?? new TreeMemory(), IsFirstPass);
        _memory = null;
        using var run = new SenderRun(source, stream, pass, known, isFirst, cancellationToken);
        var stats = run.Send();
        _memory = run.Remembered;
        return stats;
    }
}
