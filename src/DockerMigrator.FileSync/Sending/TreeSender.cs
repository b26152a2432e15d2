using DockerMigrator.FileSync.Errors;
using DockerMigrator.FileSync.Sending.Blocks;
using DockerMigrator.FileSync.Trees;

namespace DockerMigrator.FileSync.Sending;

/// <summary>
/// Sends a source to a <see cref="Receiving.TreeReceiver"/>, pass after pass: the first pass sends everything, every later one what
/// changed since, found by comparing with a compact memory of what was sent, if possible only where something has happened; of large files, those blocks that changed. Not for use by several threads at once.
/// </summary>
/// <param name="source">What to send; stays the caller's.</param>
public sealed class TreeSender(IChangeSource source)
{
    /// <summary>A good value of <see cref="LooksEverywhereUpTo"/>: walking over so many names takes some 25 ms.</summary>
    public const int FewNames = 10_000;

    private TreeMemory? _memory;
    private BlockMemory _blocks = new();

    // Of the last walk over everything.
    private long _names;

    /// <summary>Whether the next pass sends everything, as the first one does.</summary>
    public bool IsFirstPass => _memory is null;

    /// <summary>
    /// Up to how many names the last pass looks at everything, whatever the kernel told of what happened: that is certain, and of few
    /// takes less time than finding out which files may have changed silently.
    /// </summary>
    public long LooksEverywhereUpTo { get; init; }

    /// <summary>Names that the last pass looked at to find out what changed.</summary>
    public long Examined { get; private set; }

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
    public TreeStats Send(Stream stream, Pass pass, CancellationToken cancellationToken = default) => Send(stream, pass, isLast: pass == Pass.Final, cancellationToken);

    /// <summary>The same; where others than the container go on writing, the last pass is a live one.</summary>
    public TreeStats Send(Stream stream, Pass pass, bool isLast, CancellationToken cancellationToken = default)
    {
        if (isLast && !IsFirstPass && source.IsWholeTree && source.MayHaveChangedUntold)
            ForgetMemory();
        var (known, isFirst) = (_memory ?? new TreeMemory(), IsFirstPass);
        var blocks = isFirst ? new BlockMemory() : _blocks;
        _memory = null;
        // Nothing comes after it for which to watch.
        var plan = isLast && (isFirst || _names <= LooksEverywhereUpTo) ? null : Plan(known, isFirst);
        using var run = new SenderRun(source, stream, pass, known, blocks, isFirst, plan, cancellationToken);
        var stats = run.Send();
        Examined = run.Examined;
        _names = plan is null ? Examined : _names;
        (_memory, _blocks) = (run.Remembered, run.RememberedBlocks);
        return stats;
    }

    // To be made before anything is looked at: what happens from here on belongs to the next pass.
    private PassPlan? Plan(TreeMemory known, bool isFirst)
    {
        if (source.Watch is not { } watch)
            return null;
        if (!isFirst)
            return watch.Take() is { } paths ? PassPlan.TryMake(watch.Root, paths, known) : null;
        watch.Reset();
        return null;
    }
}
