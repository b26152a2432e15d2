using DockerMigrator.Native.Files;

namespace DockerMigrator.Native.Mounts;

/// <summary>Mounting, in the old way and in the new (fsopen(2)). Strings are raw bytes without NUL.</summary>
public static unsafe class MountCalls
{
    private const int NewMountNamespace = 0x20000;
    private const int OwnWorkingDirectory = 0x200;
    private const nuint Recursive = 0x4000;
    private const nuint Private = 0x40000;
    private const int SetString = 1;
    private const int Create = 6;
    private const int CloseOnExec = 1;

    /// <summary>mount(2) of a new file system.</summary>
    public static Errno Mount(ReadOnlySpan<byte> source, ReadOnlySpan<byte> target, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        fixed (byte* s = NulTerminated.Make(source, []))
        fixed (byte* t = NulTerminated.Make(target, []))
        fixed (byte* y = NulTerminated.Make(type, []))
        fixed (byte* d = NulTerminated.Make(data, []))
            return FileCalls.Check(MountInterop.Mount(s, t, y, 0, d));
    }

    /// <summary>
    /// Gives the calling thread a mount namespace and a working directory of its own; what it mounts is seen by nobody
    /// else and goes with it. Only for a thread that then ends: it must never go back to a pool.
    /// </summary>
    public static Errno EnterPrivateNamespace()
    {
        if (MountInterop.Unshare(NewMountNamespace | OwnWorkingDirectory) < 0)
            return FileCalls.Last();
        fixed (byte* root = "/\0"u8)
            return FileCalls.Check(MountInterop.Mount(null, root, null, Recursive | Private, null));
    }

    /// <summary>chdir(2).</summary>
    public static Errno ChangeDirectory(ReadOnlySpan<byte> path)
    {
        fixed (byte* p = NulTerminated.Make(path, []))
            return FileCalls.Check(MountInterop.Chdir(p));
    }

    /// <summary>fsopen(2): starts the configuration of a file system.</summary>
    public static Errno OpenFileSystem(ReadOnlySpan<byte> type, out FileDescriptor context)
    {
        fixed (byte* t = NulTerminated.Make(type, []))
        {
            var fd = (int)MountInterop.Syscall(MountInterop.FsOpen, (nint)t, CloseOnExec, null, null, 0);
            context = new FileDescriptor(fd);
            return fd >= 0 ? Errno.None : FileCalls.Last();
        }
    }

    /// <summary>fsconfig(2): sets an option; the value may have 255 bytes.</summary>
    public static Errno Configure(FileDescriptor context, ReadOnlySpan<byte> option, ReadOnlySpan<byte> value)
    {
        fixed (byte* o = NulTerminated.Make(option, []))
        fixed (byte* v = NulTerminated.Make(value, []))
            return FileCalls.Check(MountInterop.Syscall(MountInterop.FsConfig, context.Number, SetString, o, v, 0));
    }

    /// <summary>Creates the configured file system and mounts it nowhere: it lives as long as descriptors on it do.</summary>
    public static Errno MountDetached(FileDescriptor context, out FileDescriptor mount)
    {
        var error = FileCalls.Check(MountInterop.Syscall(MountInterop.FsConfig, context.Number, Create, null, null, 0));
        var fd = error == Errno.None ? (int)MountInterop.Syscall(MountInterop.FsMount, context.Number, CloseOnExec, null, null, 0) : -1;
        if (error == Errno.None && fd < 0)
            error = FileCalls.Last();
        mount = new FileDescriptor(fd);
        return error;
    }
}
