using DockerMigrator.FileSync.Errors;
using DockerMigrator.FileSync.Trees;
using DockerMigrator.Native.Files;

namespace DockerMigrator.FileSync.Sending;

/// <content>Going into directories and out of them.</content>
internal sealed partial class SenderRun
{
    private void EnterDirectory(SenderFrame parent, ReadOnlySpan<byte> name, RememberedEntry entry)
    {
        var error = source.Enter(name, out var directory);
        if (error != Errno.None)
            Vanished(name, entry, error);
        else
            Push(name.ToArray(), TreeMemory.KeyOf(parent.Key, name), directory!, entry);
    }

    private void Push(byte[] name, UInt128 key, SourceDirectory directory, RememberedEntry entry)
    {
        // A directory that has become opaque is cleared on the target: nothing below it is there any more.
        var isCleared = directory.IsOpaque && entry.Kind != RememberedKind.OpaqueDirectory;
        var memory = entry.IsDirectory && !isCleared ? known.Take(key) : new DirectoryMemoryReader([]);
        var frame = new SenderFrame(name, key, directory, memory) { IsCleared = isCleared, Mode = ModeOf(key, directory, entry) };
        source.Watch?.Inodes.Add(directory.Status.Inode);
        _frames.Push(frame);

        var isUnchanged = entry.Kind == RememberedKind.Unknown
            ? name.Length > 0 && source.IsAsInImage(name, directory.Status)
            : entry.IsDirectory && entry.Signature == EntrySignature.Of(directory.Status);
        if (isCleared || !isUnchanged)
            Announce();
    }

    private FrameMode ModeOf(UInt128 key, SourceDirectory directory, RememberedEntry entry)
    {
        if (plan is null || !entry.IsDirectory)
            return FrameMode.Scan;
        if (_frames.TryPeek(out var parent))
        {
            // Where something has happened, this may be another directory under the name of a remembered one.
            if (parent.Mode == FrameMode.Scan || (parent.Mode == FrameMode.Look && entry.Signature != EntrySignature.Of(directory.Status)))
                return FrameMode.Scan;
        }

        return plan.LooksAt(key) ? FrameMode.Look : FrameMode.Way;
    }

    private bool IsToBeSkipped(SenderFrame parent, ReadOnlySpan<byte> name, in FileStatus status, RememberedEntry entry) =>
        parent.Mode == FrameMode.Look && entry.IsDirectory && entry.Signature == EntrySignature.Of(status) && !plan!.LeadsTo(TreeMemory.KeyOf(parent.Key, name));

    private void VisitOnTheWay(SenderFrame frame)
    {
        var name = frame.Known.Name.ToArray();
        var entry = frame.Known.Take();
        if (entry.IsDirectory && plan!.LeadsTo(TreeMemory.KeyOf(frame.Key, name)))
            EnterDirectory(frame, name, entry);
        else
            frame.Remembered.Add(name, entry);
    }

    private void LeaveDirectory(SenderFrame frame)
    {
        RemoveVanishedBefore(frame, default);
        if (pass == Pass.Final && !source.IsSingleFile && HasChanged(frame))
            throw ChangedInFinalPass(default);
        if (frame.IsAnnounced)
            _writer.Leave();
        Remembered.Put(frame.Key, frame.Remembered);
        _frames.Pop();

        var kind = frame.Directory.IsOpaque ? RememberedKind.OpaqueDirectory : RememberedKind.Directory;
        var entry = new RememberedEntry(kind, SettledSignature(frame.Directory.Status));
        if (_frames.TryPeek(out var parent))
        {
            var error = source.Leave();
            if (error != Errno.None)
                throw TreeException.Because("Going on above", frame.Name, source.Description, error);
            parent.Remembered.Add(frame.Name, entry);
        }
        else
        {
            var root = new DirectoryMemoryWriter();
            root.Add("/"u8, entry);
            Remembered.Put(TreeMemory.KeyOf(TreeMemory.Root, "/"u8), root);
        }
    }

    private bool HasChanged(SenderFrame frame)
    {
        if (source.Examine(out var now) != Errno.None)
            return true;
        return EntrySignature.Of(now) != EntrySignature.Of(frame.Directory.Status)
            && !(CriuTraces.MayBeIn(_frames.Count - 1, frame.Name) && CriuTraces.DifferInTimesOnly(frame.Directory.Status, now));
    }

    /// <summary>Makes sure that the stream is in the current directory.</summary>
    private void Announce()
    {
        if (_frames.Peek().IsAnnounced)
            return;
        foreach (var frame in _frames.TakeWhile(frame => !frame.IsAnnounced).Reverse().ToList())
        {
            _writer.Directory(frame.Name, frame.Metadata, frame.IsCleared);
            frame.IsAnnounced = true;
        }
    }
}
