using DockerMigrator.Native.Files;

namespace DockerMigrator.Native.Watching;

/// <summary>
/// A fanotify group that is told of all changes on a whole file system, whoever makes them (Linux 5.9 and later, root). The kernel
/// tells nothing of stores through mappings, of writes that asynchronous I/O completes, or of chattr(1)'s flags.
/// </summary>
public sealed unsafe class FileSystemWatch : IDisposable
{
    private const uint CloseOnExec = 0x1;
    private const uint NonBlocking = 0x2;
    private const uint ReportObjectDirectoryAndName = 0xE00; // FAN_REPORT_FID, _DIR_FID and _NAME
    private const uint Add = 0x1;
    private const uint FileSystem = 0x100;
    private const int PathOnly = 0x200000 | 0x80000; // O_PATH | O_CLOEXEC

    // statfs(2)
    private const long Ext = 0xEF53;
    private const long Xfs = 0x58465342;
    private const long Tmpfs = 0x01021994;

    private const WatchEvents Watched = WatchEvents.Modified | WatchEvents.Attributes | WatchEvents.ClosedAfterWriting | WatchEvents.MovedFrom
        | WatchEvents.MovedTo | WatchEvents.Created | WatchEvents.Deleted | WatchEvents.OnDirectory;

    private readonly FileDescriptor _group;

    private FileSystemWatch(FileDescriptor group) => _group = group;

    /// <summary>
    /// Begins to watch the file system that an open directory is on. EOPNOTSUPP: one of which handles cannot be opened, or whose device
    /// numbers mappings do not tell, so that it is not to be watched.
    /// </summary>
    public static Errno Start(FileDescriptor directory, out FileSystemWatch? watch)
    {
        watch = null;
        if (TypeOf(directory) is not (Ext or Xfs or Tmpfs))
            return Errno.EOPNOTSUPP;
        var group = new FileDescriptor(WatchInterop.Init(CloseOnExec | NonBlocking | ReportObjectDirectoryAndName, 0));
        var error = group.IsInvalid ? FileCalls.Last() : Errno.None;
        fixed (byte* path = "."u8)
        {
            if (error == Errno.None)
                error = FileCalls.Check(WatchInterop.Mark(group.Number, Add | FileSystem, (ulong)Watched, directory.Number, path));
        }

        if (error == Errno.None)
            watch = new FileSystemWatch(group);
        else
            group.Dispose();
        return error;
    }

    /// <summary>Whether an open directory is on a file system in memory, of which pages that are written to through a mapping are never clean again.</summary>
    public static bool IsInMemory(FileDescriptor directory) => TypeOf(directory) == Tmpfs;

    /// <summary>Reads events, for a <see cref="WatchEventReader"/>; none if there are none at the moment.</summary>
    public Errno Read(Span<byte> buffer, out int length)
    {
        fixed (byte* b = buffer)
        {
            nint result;
            while ((result = WatchInterop.Read(_group.Number, b, (nuint)buffer.Length)) < 0 && FileCalls.Last() == Errno.EINTR)
            {
            }

            length = (int)Math.Max(result, 0);
            return result < 0 && FileCalls.Last() == Errno.EAGAIN ? Errno.None : FileCalls.Check(result);
        }
    }

    /// <summary>Opens what an event named, as a place (O_PATH). ESTALE: it is gone.</summary>
    /// <param name="mount">Any open directory of the same file system.</param>
    /// <param name="handle">The struct file_handle.</param>
    /// <param name="file">The descriptor.</param>
    public static Errno Open(FileDescriptor mount, ReadOnlySpan<byte> handle, out FileDescriptor file)
    {
        fixed (byte* h = handle)
        {
            var number = WatchInterop.OpenByHandle(mount.Number, h, PathOnly);
            file = new FileDescriptor(number);
            return FileCalls.Check(number);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _group.Dispose();

    // 0 if it cannot be told.
    private static long TypeOf(FileDescriptor directory)
    {
        var status = stackalloc long[32];
        return WatchInterop.StatFileSystem(directory.Number, status) < 0 ? 0 : status[0];
    }
}
