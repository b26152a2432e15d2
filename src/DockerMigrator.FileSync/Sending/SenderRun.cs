using DockerMigrator.FileSync.Errors;
using DockerMigrator.FileSync.Sending.Blocks;
using DockerMigrator.FileSync.Trees;
using DockerMigrator.FileSync.Wire;
using DockerMigrator.Native.Files;

namespace DockerMigrator.FileSync.Sending;

/// <summary>
/// One pass. Directories are announced to the stream when they changed or when something in them has to be sent, and
/// then with all their metadata: writing into a directory of the target changes its times.
/// </summary>
internal sealed partial class SenderRun(
    IChangeSource source, Stream stream, Pass pass, TreeMemory known, BlockMemory knownBlocks, bool isFirst, PassPlan? plan, CancellationToken cancellationToken)
    : IDisposable
{
    /// <summary>
    /// File times are those of the last clock tick, at most 10 ms old, so a change soon after a look may leave no trace.
    /// What changed since shortly before the pass began is therefore sent again by the next one.
    /// </summary>
    private static readonly TimeSpan ClockMargin = TimeSpan.FromMilliseconds(30);

    private readonly ChangeStreamWriter _writer = new(stream);
    private readonly Stack<SenderFrame> _frames = new();
    private readonly Dictionary<(DeviceNumber FileSystem, ulong Inode), LinkGroup> _links = [];
    private FileTime _settledBefore;
    private long _unsettled;

    /// <summary>Names that were looked at to find out what changed.</summary>
    public long Examined { get; private set; }

    /// <summary>The state after this pass.</summary>
    public TreeMemory Remembered { get; } = plan is null ? new() : known;

    /// <summary>The same of large files, block by block.</summary>
    public BlockMemory RememberedBlocks { get; } = plan is null ? new() : knownBlocks;

    public TreeStats Send()
    {
        if (pass == Pass.Live)
        {
            // A page of a shared mapping that is dirty already takes further stores without changing any time. Clean
            // pages do not: so all are cleaned first, and files that are dirtied afterwards count as unsettled.
            _settledBefore = FileTime.Before(ClockMargin);
            source.Flush();
        }
        else
        {
            _settledBefore = new FileTime(long.MaxValue, 0);
        }

        _writer.Header((source.IsWholeTree && isFirst ? StreamFlags.Mirror : StreamFlags.None) | (source.IsSingleFile ? StreamFlags.SingleFile : StreamFlags.None));
        SendTree();
        _writer.End();
        return new TreeStats(_writer.Entries, _writer.DataBytes, _writer.RemovedEntries, _unsettled);
    }

    public void Dispose() => _writer.Dispose();

    private void SendTree()
    {
        // Nothing has happened anywhere.
        if (plan?.LeadsTo(TreeMemory.Root) == false)
            return;
        var root = source.Start();
        // The root's own signature lives under a name that no entry can have.
        var rootMemory = known.Take(TreeMemory.KeyOf(TreeMemory.Root, "/"u8));
        var rootKnown = rootMemory.HasNext ? rootMemory.Take() : default;
        Push([], TreeMemory.Root, root, rootKnown);

        while (_frames.TryPeek(out var frame))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (frame.Mode == FrameMode.Way ? !frame.Known.HasNext : frame.Next == frame.Directory.Names.Count)
                LeaveDirectory(frame);
            else if (frame.Mode == FrameMode.Way)
                VisitOnTheWay(frame);
            else
                Visit(frame, frame.Directory.Names[frame.Next++]);
        }
    }

    private void Visit(SenderFrame frame, ReadOnlySpan<byte> name)
    {
        RemoveVanishedBefore(frame, name);
        var entry = frame.Known.HasNext && frame.Known.Name.SequenceEqual(name) ? frame.Known.Take() : default;
        if (pass == Pass.Final && entry.Kind == RememberedKind.Unknown && CriuTraces.IsName(name))
            return;
        var error = source.Examine(name, out var status, out var meaning);
        Examined++;
        if (error != Errno.None)
            Vanished(name, entry, error);
        else if (meaning == EntryMeaning.Removed)
            VisitRemoved(frame, name, entry);
        else if (status.Kind == FileKind.Directory && IsToBeSkipped(frame, name, status, entry))
            frame.Remembered.Add(name, entry);
        else if (status.Kind == FileKind.Directory)
            EnterDirectory(frame, name, entry);
        else
            VisitLeaf(frame, name, status, entry);
    }

    private void VisitRemoved(SenderFrame frame, ReadOnlySpan<byte> name, RememberedEntry entry)
    {
        if (entry.Kind != RememberedKind.Removed)
            Remove(name);
        frame.Remembered.Add(name, new RememberedEntry(RememberedKind.Removed, EntrySignature.Removed));
    }

    private void RemoveVanishedBefore(SenderFrame frame, ReadOnlySpan<byte> name)
    {
        while (frame.Known.HasNext && (name.IsEmpty || frame.Known.Name.SequenceCompareTo(name) < 0))
        {
            var gone = frame.Known.Name;
            if (frame.Known.Take().Kind != RememberedKind.Removed)
                Remove(gone);
        }
    }

    /// <summary>Something was gone, or something else, when it was looked at again: what the target has of it goes, too.</summary>
    private void Vanished(ReadOnlySpan<byte> name, RememberedEntry entry, Errno error)
    {
        if (error is not (Errno.ENOENT or Errno.ENOTDIR or Errno.ELOOP or Errno.ESTALE))
            throw TreeException.Because("Reading", source.PathTo(name), source.Description, error);
        if (pass == Pass.Final)
            throw ChangedInFinalPass(name);
        if (entry.Kind is not (RememberedKind.Unknown or RememberedKind.Removed))
            Remove(name);
        _unsettled++;
    }

    private void Remove(ReadOnlySpan<byte> name)
    {
        Announce();
        _writer.Removed(name);
    }

    private ulong SettledSignature(in FileStatus status)
    {
        if (status.Changed < _settledBefore)
            return EntrySignature.Of(status);
        _unsettled++;
        return EntrySignature.Unsettled;
    }

    private TreeException ChangedInFinalPass(ReadOnlySpan<byte> name) =>
        new($"'{TreePath.Printable(source.PathTo(name))}' in {source.Description} changed while nothing should have been able to write to it.");
}
