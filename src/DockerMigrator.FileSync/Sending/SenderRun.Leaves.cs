using DockerMigrator.FileSync.Errors;
using DockerMigrator.FileSync.Trees;
using DockerMigrator.FileSync.Wire;
using DockerMigrator.Native.Files;

namespace DockerMigrator.FileSync.Sending;

/// <content>Files, symbolic links and nodes.</content>
internal sealed partial class SenderRun
{
    private void VisitLeaf(SenderFrame frame, ReadOnlySpan<byte> name, in FileStatus status, RememberedEntry entry)
    {
        var signature = EntrySignature.Of(status);
        var isUnchanged = entry.Kind == RememberedKind.Unknown
            ? source.IsAsInImage(name, status)
            : entry.Kind == RememberedKind.Leaf && entry.Signature == signature;
        if (status.Links > 1 && _links.TryGetValue((status.FileSystem, status.Inode), out var group))
        {
            LinkToFirst(name, group, isUnchanged && signature == group.Signature);
        }
        else if (isUnchanged)
        {
            AddToLinks(name, status, wasSent: false);
        }
        else
        {
            SendLeaf(frame, name, status.Kind, entry);
            return;
        }

        frame.Remembered.Add(name, new RememberedEntry(RememberedKind.Leaf, SettledSignature(status)));
    }

    private void LinkToFirst(ReadOnlySpan<byte> name, LinkGroup group, bool isLinkedAlready)
    {
        if (isLinkedAlready && !group.WasSent)
            return;
        Announce();
        _writer.HardLink(name, group.FirstPath);
    }

    private void SendLeaf(SenderFrame frame, ReadOnlySpan<byte> name, FileKind kind, RememberedEntry entry)
    {
        var error = source.Open(name, kind, out var opened);
        using var inode = opened;
        if (inode is null)
        {
            Vanished(name, entry, error);
            return;
        }

        Announce();
        var metadata = EntryMetadata.Of(inode.Status, inode.Xattrs);
        if (kind == FileKind.Regular)
            SendFile(name, inode, metadata);
        else if (kind == FileKind.Symlink)
            _writer.Symlink(name, metadata, source.ReadLink(inode));
        else
            _writer.Node(name, metadata, kind, inode.Status.Device);

        AddToLinks(name, inode.Status, wasSent: true);
        frame.Remembered.Add(name, new RememberedEntry(RememberedKind.Leaf, SignatureAfterSending(name, inode)));
    }

    private void AddToLinks(ReadOnlySpan<byte> name, in FileStatus status, bool wasSent)
    {
        if (status.Links > 1)
            _links[(status.FileSystem, status.Inode)] = new LinkGroup(source.PathTo(name), EntrySignature.Of(status), wasSent);
    }

    private ulong SignatureAfterSending(ReadOnlySpan<byte> name, SourceInode inode)
    {
        var error = FileCalls.Stat(inode.File, out var now);
        if (error == Errno.None && EntrySignature.Of(now) == EntrySignature.Of(inode.Status))
            return SettledSignature(inode.Status);
        if (pass == Pass.Final)
            throw ChangedInFinalPass(name);
        _unsettled++;
        return EntrySignature.Unsettled;
    }

    private void SendFile(ReadOnlySpan<byte> name, SourceInode inode, EntryMetadata metadata)
    {
        var size = inode.Status.Size;
        _writer.File(name, metadata, size);
        var content = inode.Content ?? inode.File;
        if (inode.Status.AllocatedBytes >= size)
            SendData(name, content, 0, size);
        else
            SendSparse(name, content, size);
        _writer.EndFile();
    }

    private void SendSparse(ReadOnlySpan<byte> name, FileDescriptor file, long size)
    {
        for (long position = 0; position < size;)
        {
            var error = FileCalls.FindData(file, position, out var start, out var end);
            if (error == Errno.ENXIO)
                return;
            // A file system that knows no holes has data throughout.
            if (error != Errno.None)
                (start, end) = (position, size);
            if (start >= size || !SendData(name, file, start, Math.Min(end, size)))
                return;
            position = end;
        }
    }

    /// <summary>False if the file ended earlier: its rest, up to the announced size, arrives as a hole.</summary>
    private bool SendData(ReadOnlySpan<byte> name, FileDescriptor file, long start, long end)
    {
        while (start < end)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var error = FileCalls.Read(file, _writer.ReserveData(end - start), start, out var count);
            if (error != Errno.None)
                throw TreeException.Because("Reading", source.PathTo(name), source.Description, error);
            if (count == 0)
                return false;
            _writer.CommitData(start, count);
            start += count;
        }

        return true;
    }
}
