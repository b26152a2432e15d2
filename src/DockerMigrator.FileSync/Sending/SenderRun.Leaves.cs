using DockerMigrator.FileSync.Errors;
using DockerMigrator.FileSync.Sending.Blocks;
using DockerMigrator.FileSync.Trees;
using DockerMigrator.FileSync.Wire;
using DockerMigrator.Native.Files;

namespace DockerMigrator.FileSync.Sending;

/// <content>Files, symbolic links and nodes.</content>
internal sealed partial class SenderRun
{
    // Smaller rests of a block of the stream are not worth a read.
    private const int SmallestRead = 4096;

    private void VisitLeaf(SenderFrame frame, ReadOnlySpan<byte> name, in FileStatus status, RememberedEntry entry)
    {
        var signature = EntrySignature.Of(status);
        if (status.Kind == FileKind.Regular)
            source.Watch?.Inodes.Add(status.Inode);
        var isUnchanged = entry.Kind == RememberedKind.Unknown
            ? source.IsAsInImage(name, status)
            : entry.Kind == RememberedKind.Leaf && entry.Signature == signature;
        if (status.Links > 1 && _links.TryGetValue((status.FileSystem, status.Inode), out var group))
        {
            LinkToFirst(frame, name, group, isUnchanged && signature == group.Signature);
        }
        else if (isUnchanged)
        {
            KeepBlocks(frame, name, status);
            AddToLinks(name, status, wasSent: false);
        }
        else
        {
            SendLeaf(frame, name, status.Kind, entry);
            return;
        }

        frame.Remembered.Add(name, new RememberedEntry(RememberedKind.Leaf, SettledSignature(status)));
    }

    private void LinkToFirst(SenderFrame frame, ReadOnlySpan<byte> name, LinkGroup group, bool isLinkedAlready)
    {
        if (isLinkedAlready && !group.WasSent)
            return;
        knownBlocks.Take(KeyOf(frame, name));
        Announce();
        _writer.HardLink(name, group.FirstPath);
    }

    private void SendLeaf(SenderFrame frame, ReadOnlySpan<byte> name, FileKind kind, RememberedEntry entry)
    {
        // Whatever becomes of the name, what the target had under it is no more what is remembered.
        var key = KeyOf(frame, name);
        var earlier = knownBlocks.Take(key);
        var error = source.Open(name, kind, out var opened);
        using var inode = opened;
        if (inode is null)
        {
            Vanished(name, entry, error);
            return;
        }

        if (kind == FileKind.Regular)
            source.Watch?.Inodes.Add(inode.Status.Inode);
        Announce();
        var metadata = EntryMetadata.Of(inode.Status, inode.Xattrs);
        if (kind == FileKind.Regular)
            SendFile(name, key, inode, metadata, entry.Kind == RememberedKind.Leaf ? earlier : null);
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

    private void SendFile(ReadOnlySpan<byte> name, UInt128 key, SourceInode inode, EntryMetadata metadata, FileBlocks? earlier)
    {
        var content = inode.Content ?? inode.File;
        if (earlier is not null && inode.Status.Size >= BlockMemory.SmallestFile && earlier.IsOf(inode.Status) && inode.Status.Links == 1)
        {
            SendPatch(name, key, inode.Status, content, metadata, earlier);
            return;
        }

        var size = inode.Status.Size;
        var blocks = inode.Status.Links == 1 ? RememberedBlocks.Create(inode.Status) : null;
        _writer.File(name, metadata, size);
        if (inode.Status.AllocatedBytes >= size)
            SendData(name, content, 0, size, blocks);
        else
            SendSparse(name, content, size, blocks);
        _writer.EndFile();
        if (blocks is not null)
            RememberedBlocks.Put(key, blocks);
    }

    private void SendSparse(ReadOnlySpan<byte> name, FileDescriptor file, long size, FileBlocks? blocks)
    {
        var unit = blocks?.BlockSize ?? 1;
        var sent = 0L;
        for (long position = 0; position < size;)
        {
            var error = FileCalls.FindData(file, position, out var start, out var end);
            if (error == Errno.ENXIO)
                return;
            // A file system that knows no holes has data throughout.
            if (error != Errno.None)
                (start, end) = (position, size);
            // Of blocks of which a part is a hole, that is sent as zeros.
            start = Math.Max(sent, start / unit * unit);
            end = Math.Min((end + unit - 1) / unit * unit, size);
            if (start >= size || (start < end && !SendData(name, file, start, end, blocks)))
                return;
            position = sent = Math.Max(end, position + 1);
        }
    }

    /// <summary>False if the file ended earlier: its rest, up to the announced size, arrives as a hole.</summary>
    private bool SendData(ReadOnlySpan<byte> name, FileDescriptor file, long start, long end, FileBlocks? blocks)
    {
        while (start < end)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var room = _writer.ReserveData(end - start, blocks?.BlockSize ?? SmallestRead);
            var error = FileCalls.ReadFully(file, room, start, out var count);
            if (error != Errno.None)
                throw TreeException.Because("Reading", source.PathTo(name), source.Description, error);
            if (count == 0)
                return false;
            blocks?.Note(start, room[..count]);
            _writer.CommitData(start, count);
            start += count;
            if (count < room.Length)
                return false;
        }

        return true;
    }
}
