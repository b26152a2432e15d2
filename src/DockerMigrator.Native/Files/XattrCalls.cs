namespace DockerMigrator.Native.Files;

/// <summary>Extended attributes of an inode. Names are bytes with their namespace ("user.x"), values any bytes.</summary>
public static unsafe class XattrCalls
{
    /// <summary>All names, each with a NUL behind it. ERANGE: the buffer is too small (64 KiB always do).</summary>
    public static Errno List(InodeHandle inode, Span<byte> buffer, out int length)
    {
        fixed (byte* path = inode.Path)
        fixed (byte* b = buffer)
        {
            var result = path == null
                ? FileInterop.FListXattr(inode.Number, b, (nuint)buffer.Length)
                : FileInterop.ListXattr(path, b, (nuint)buffer.Length);
            length = (int)Math.Max(result, 0);
            return FileCalls.Check(result);
        }
    }

    /// <summary>A value. ERANGE: the buffer is too small (64 KiB always do).</summary>
    public static Errno Get(InodeHandle inode, ReadOnlySpan<byte> name, Span<byte> buffer, out int length)
    {
        fixed (byte* path = inode.Path)
        fixed (byte* b = buffer)
        fixed (byte* n = NulTerminated.Make(name, stackalloc byte[NulTerminated.StackSize]))
        {
            var result = path == null
                ? FileInterop.FGetXattr(inode.Number, n, b, (nuint)buffer.Length)
                : FileInterop.GetXattr(path, n, b, (nuint)buffer.Length);
            length = (int)Math.Max(result, 0);
            return FileCalls.Check(result);
        }
    }

    /// <summary>Sets a value, whether or not there was one.</summary>
    public static Errno Set(InodeHandle inode, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        fixed (byte* path = inode.Path)
        fixed (byte* v = value)
        fixed (byte* n = NulTerminated.Make(name, stackalloc byte[NulTerminated.StackSize]))
        {
            return FileCalls.Check(path == null
                ? FileInterop.FSetXattr(inode.Number, n, v, (nuint)value.Length, 0)
                : FileInterop.SetXattr(path, n, v, (nuint)value.Length, 0));
        }
    }

    /// <summary>Removes an attribute.</summary>
    public static Errno Remove(InodeHandle inode, ReadOnlySpan<byte> name)
    {
        fixed (byte* path = inode.Path)
        fixed (byte* n = NulTerminated.Make(name, stackalloc byte[NulTerminated.StackSize]))
            return FileCalls.Check(path == null ? FileInterop.FRemoveXattr(inode.Number, n) : FileInterop.RemoveXattr(path, n));
    }
}
