using System.Buffers;
using DockerMigrator.FileSync.Trees;
using DockerMigrator.Native.Files;

namespace DockerMigrator.FileSync.Drivers.Vfs;

/// <summary>Compares inodes of two trees in everything that a container can see but access times and inode numbers.</summary>
internal static class InodeComparer
{
    private const int BufferSize = 256 * 1024;

    public static bool HaveSameStatus(in FileStatus left, in FileStatus right) =>
        left.Kind == right.Kind
        && left.Permissions == right.Permissions
        && left.Owner == right.Owner
        && left.Group == right.Group
        && left.Modified == right.Modified
        && left.Device == right.Device
        && left.IsImmutable == right.IsImmutable
        && left.IsAppendOnly == right.IsAppendOnly
        && (left.Kind == FileKind.Directory || left.Size == right.Size);

    public static bool HaveSameXattrs(InodeHandle left, InodeHandle right) =>
        XattrReader.Read(left, out var ours) == Errno.None
        && XattrReader.Read(right, out var theirs) == Errno.None
        && ours.Count == theirs.Count
        && ours.Zip(theirs).All(pair => pair.First.Is(pair.Second.Name) && pair.First.Value.AsSpan().SequenceEqual(pair.Second.Value));

    /// <summary>Compares xattrs and content of two entries of the same name and status.</summary>
    public static bool AreSame(FileDescriptor leftDirectory, FileDescriptor rightDirectory, ReadOnlySpan<byte> name, FileKind kind)
    {
        var isOpen = InodeOpener.Open(leftDirectory, name, kind, out var left, out _) == Errno.None;
        using (left)
        {
            isOpen &= InodeOpener.Open(rightDirectory, name, kind, out var right, out _) == Errno.None;
            using (right)
            {
                return isOpen
                    && HaveSameXattrs(new InodeHandle(left, kind != FileKind.Regular), new InodeHandle(right, kind != FileKind.Regular))
                    && (kind is not (FileKind.Regular or FileKind.Symlink) || HaveSameContent(left, right, kind));
            }
        }
    }

    private static bool HaveSameContent(FileDescriptor left, FileDescriptor right, FileKind kind)
    {
        var (ours, theirs) = (ArrayPool<byte>.Shared.Rent(BufferSize), ArrayPool<byte>.Shared.Rent(BufferSize));
        try
        {
            for (long offset = 0; ; )
            {
                // What is a hole in both is the same, however large.
                if (kind == FileKind.Regular)
                    offset = Math.Min(NextData(left, offset), NextData(right, offset));
                if (offset == long.MaxValue)
                    return true;
                if (!Read(left, kind, ours, offset, out var count) || !Read(right, kind, theirs, offset, out var other))
                    return false;
                if (count != other || !ours.AsSpan(0, count).SequenceEqual(theirs.AsSpan(0, count)))
                    return false;
                if (count < BufferSize)
                    return true;
                offset += count;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(ours);
            ArrayPool<byte>.Shared.Return(theirs);
        }
    }

    private static long NextData(FileDescriptor file, long offset) => FileCalls.FindData(file, offset, out var start, out _) switch
    {
        Errno.None => start,
        Errno.ENXIO => long.MaxValue,
        // A file system that knows no holes has data throughout.
        _ => offset,
    };

    /// <summary>Fills the buffer as far as there is something.</summary>
    private static bool Read(FileDescriptor file, FileKind kind, byte[] buffer, long offset, out int total)
    {
        if (kind == FileKind.Symlink)
            return DirectoryCalls.ReadLink(file, default, buffer.AsSpan(0, TreePath.LongestCall), out total) == Errno.None;
        for (total = 0; total < BufferSize;)
        {
            if (FileCalls.Read(file, buffer.AsSpan(total, BufferSize - total), offset + total, out var count) != Errno.None)
                return false;
            if (count == 0)
                break;
            total += count;
        }

        return true;
    }
}
