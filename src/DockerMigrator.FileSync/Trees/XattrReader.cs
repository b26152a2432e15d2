using System.Buffers;
using DockerMigrator.Native.Files;

namespace DockerMigrator.FileSync.Trees;

/// <summary>Reads all extended attributes of an inode.</summary>
internal static class XattrReader
{
    // XATTR_LIST_MAX and XATTR_SIZE_MAX of the kernel.
    private const int Largest = 64 * 1024;

    /// <summary>
    /// All of them, in byte order of their names; an empty list on a file system that has none. One that vanishes while
    /// reading is left out.
    /// </summary>
    public static Errno Read(InodeHandle inode, out IReadOnlyList<Xattr> xattrs)
    {
        xattrs = [];
        Span<byte> few = stackalloc byte[1024];
        var error = XattrCalls.List(inode, few, out var length);
        if (error == Errno.EOPNOTSUPP || (error == Errno.None && length == 0))
            return Errno.None;
        if (error != Errno.None && error != Errno.ERANGE)
            return error;

        var buffer = ArrayPool<byte>.Shared.Rent(2 * Largest);
        try
        {
            error = XattrCalls.List(inode, buffer.AsSpan(0, Largest), out length);
            if (error != Errno.None)
                return error;
            var result = new List<Xattr>();
            for (var names = buffer.AsSpan(0, length); names.Length > 0;)
            {
                var end = names.IndexOf((byte)0);
                var name = names[..end];
                error = XattrCalls.Get(inode, name, buffer.AsSpan(Largest, Largest), out var size);
                if (error == Errno.None)
                    result.Add(new Xattr(name.ToArray(), buffer.AsSpan(Largest, size).ToArray()));
                else if (error is not (Errno.ENODATA or Errno.EOPNOTSUPP))
                    return error;
                names = names[(end + 1)..];
            }

            result.Sort((x, y) => x.Name.AsSpan().SequenceCompareTo(y.Name));
            xattrs = result;
            return Errno.None;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
