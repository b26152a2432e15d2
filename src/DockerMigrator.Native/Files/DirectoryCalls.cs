namespace DockerMigrator.Native.Files;

/// <summary>Reading directories and making, linking, renaming and removing their entries. Names are single components.</summary>
public static unsafe class DirectoryCalls
{
    private const int RemoveDirectoryFlag = 0x200;

    /// <summary>
    /// getdents64(2): fills the buffer with records (u64 inode, s64 next, u16 record length, u8 type, name, NUL);
    /// <paramref name="length"/> is 0 at the end.
    /// </summary>
    public static Errno ReadEntries(FileDescriptor directory, Span<byte> buffer, out int length)
    {
        fixed (byte* p = buffer)
        {
            var result = FileInterop.GetDents(directory.Number, p, (nuint)buffer.Length);
            length = (int)Math.Max(result, 0);
            return FileCalls.Check(result);
        }
    }

    /// <summary>Where a symbolic link points. A result that fills the buffer was cut short.</summary>
    public static Errno ReadLink(FileDescriptor directory, ReadOnlySpan<byte> name, Span<byte> buffer, out int length)
    {
        fixed (byte* b = buffer)
        fixed (byte* p = NulTerminated.Make(name, stackalloc byte[NulTerminated.StackSize]))
        {
            var result = FileInterop.ReadLinkAt(directory.Number, p, b, (nuint)buffer.Length);
            length = (int)Math.Max(result, 0);
            return FileCalls.Check(result);
        }
    }

    /// <summary>Makes a symbolic link.</summary>
    public static Errno MakeSymlink(ReadOnlySpan<byte> target, FileDescriptor directory, ReadOnlySpan<byte> name)
    {
        fixed (byte* t = NulTerminated.Make(target, stackalloc byte[NulTerminated.StackSize]))
        fixed (byte* p = NulTerminated.Make(name, stackalloc byte[NulTerminated.StackSize]))
            return FileCalls.Check(FileInterop.SymlinkAt(t, directory.Number, p));
    }

    /// <summary>Makes a hard link to the entry itself, never to what a symbolic link points at.</summary>
    public static Errno MakeLink(FileDescriptor oldDirectory, ReadOnlySpan<byte> oldName, FileDescriptor newDirectory, ReadOnlySpan<byte> newName)
    {
        fixed (byte* o = NulTerminated.Make(oldName, stackalloc byte[NulTerminated.StackSize]))
        fixed (byte* n = NulTerminated.Make(newName, stackalloc byte[NulTerminated.StackSize]))
            return FileCalls.Check(FileInterop.LinkAt(oldDirectory.Number, o, newDirectory.Number, n, 0));
    }

    /// <summary>Makes a directory.</summary>
    public static Errno MakeDirectory(FileDescriptor directory, ReadOnlySpan<byte> name, uint permissions)
    {
        fixed (byte* p = NulTerminated.Make(name, stackalloc byte[NulTerminated.StackSize]))
            return FileCalls.Check(FileInterop.MkdirAt(directory.Number, p, permissions));
    }

    /// <summary>Makes a device, FIFO or socket node.</summary>
    public static Errno MakeNode(FileDescriptor directory, ReadOnlySpan<byte> name, FileKind kind, uint permissions, DeviceNumber device)
    {
        fixed (byte* p = NulTerminated.Make(name, stackalloc byte[NulTerminated.StackSize]))
            return FileCalls.Check(FileInterop.MknodAt(directory.Number, p, (uint)kind | permissions, device.Packed));
    }

    /// <summary>Removes an entry that is not a directory.</summary>
    public static Errno Unlink(FileDescriptor directory, ReadOnlySpan<byte> name) => Remove(directory, name, 0);

    /// <summary>Removes an empty directory.</summary>
    public static Errno RemoveDirectory(FileDescriptor directory, ReadOnlySpan<byte> name) => Remove(directory, name, RemoveDirectoryFlag);

    /// <summary>Renames within a directory, replacing what has the new name.</summary>
    public static Errno Rename(FileDescriptor directory, ReadOnlySpan<byte> oldName, ReadOnlySpan<byte> newName)
    {
        fixed (byte* o = NulTerminated.Make(oldName, stackalloc byte[NulTerminated.StackSize]))
        fixed (byte* n = NulTerminated.Make(newName, stackalloc byte[NulTerminated.StackSize]))
            return FileCalls.Check(FileInterop.RenameAt(directory.Number, o, directory.Number, n));
    }

    private static Errno Remove(FileDescriptor directory, ReadOnlySpan<byte> name, int flags)
    {
        fixed (byte* p = NulTerminated.Make(name, stackalloc byte[NulTerminated.StackSize]))
            return FileCalls.Check(FileInterop.UnlinkAt(directory.Number, p, flags));
    }
}
