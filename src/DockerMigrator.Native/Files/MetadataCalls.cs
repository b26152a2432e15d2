namespace DockerMigrator.Native.Files;

/// <summary>Setting owner, mode, times and flags of an inode.</summary>
public static unsafe class MetadataCalls
{
    private const int EmptyPath = 0x1000;
    private const int CurrentDirectory = -100;

    // _IOR('f', 1, long) and _IOW('f', 2, long) on 64-bit architectures.
    private const nuint GetFlags = 0x80086601;
    private const nuint SetFlagsRequest = 0x40086602;
    private const uint ImmutableFlag = 0x10;
    private const uint AppendFlag = 0x20;

    /// <summary>Sets owner and group. Clears set-user-ID bits and file capabilities, so it comes first.</summary>
    public static Errno SetOwner(InodeHandle inode, uint owner, uint group)
    {
        byte empty = 0;
        return FileCalls.Check(FileInterop.ChownAt(inode.Number, &empty, owner, group, EmptyPath));
    }

    /// <summary>Sets permissions (0 to octal 7777). Not for symbolic links, which have none.</summary>
    public static Errno SetPermissions(InodeHandle inode, uint permissions)
    {
        fixed (byte* p = inode.Path)
            return FileCalls.Check(p == null ? FileInterop.FChmod(inode.Number, permissions) : FileInterop.Chmod(p, permissions));
    }

    /// <summary>Sets access and modification time.</summary>
    public static Errno SetTimes(InodeHandle inode, FileTime accessed, FileTime modified)
    {
        var times = stackalloc nint[] { (nint)accessed.Seconds, (nint)accessed.Nanoseconds, (nint)modified.Seconds, (nint)modified.Nanoseconds };
        fixed (byte* p = inode.Path)
            return FileCalls.Check(p == null ? FileInterop.FUtimens(inode.Number, times) : FileInterop.UtimensAt(CurrentDirectory, p, times, 0));
    }

    /// <summary>Sets or clears chattr's i and a on an open regular file or directory; other flags stay.</summary>
    public static Errno SetProtection(FileDescriptor file, bool immutable, bool appendOnly)
    {
        // The kernel reads and writes an int here, whatever the request's encoded size says.
        ulong flags = 0;
        if (FileInterop.Ioctl(file.Number, GetFlags, &flags) < 0)
            return FileCalls.Last();
        var wanted = (flags & ~(ulong)(ImmutableFlag | AppendFlag)) | (immutable ? ImmutableFlag : 0) | (appendOnly ? AppendFlag : 0);
        return wanted == flags ? Errno.None : FileCalls.Check(FileInterop.Ioctl(file.Number, SetFlagsRequest, &wanted));
    }
}
