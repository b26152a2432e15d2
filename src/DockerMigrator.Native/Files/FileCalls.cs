using System.Runtime.InteropServices;

namespace DockerMigrator.Native.Files;

/// <summary>
/// Opening, examining, reading and writing files. Paths are raw bytes without NUL, relative to an open directory;
/// nothing throws: a call's failure is its result, because "it is gone" is an everyday answer on a live tree.
/// </summary>
public static unsafe class FileCalls
{
    private const int CurrentDirectory = -100;
    private const int SymlinkNoFollow = 0x100;
    private const int EmptyPath = 0x1000;
    private const int CloseOnExec = 0x80000;
    private const int DoNotSynchronize = 0x4000;
    private const uint BasicStats = 0x7FF;
    private const uint TypeLinksInode = 0x105;
    private const int SeekData = 3;
    private const int SeekHole = 4;
    private const int PunchHoleKeepSize = 3; // FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE

    private static readonly bool ArmFlags =
        RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm;

    /// <summary>Opens an absolute path, or one relative to the working directory; symbolic links are followed unless the flags forbid.</summary>
    public static Errno Open(ReadOnlySpan<byte> path, OpenFlags flags, out FileDescriptor file) =>
        Open(CurrentDirectory, path, flags, 0, out file);

    /// <summary>openat(2), close-on-exec. <paramref name="file"/> is invalid unless the result is <see cref="Errno.None"/>.</summary>
    public static Errno OpenAt(FileDescriptor directory, ReadOnlySpan<byte> name, OpenFlags flags, uint permissions, out FileDescriptor file) =>
        Open(directory.Number, name, flags, permissions, out file);

    /// <summary>openat2(2): a path of several components under restrictions. ENOSYS before Linux 5.6.</summary>
    public static Errno OpenBeneath(FileDescriptor directory, ReadOnlySpan<byte> path, OpenFlags flags, ResolveFlags resolve, out FileDescriptor file)
    {
        var how = stackalloc ulong[3];
        how[0] = (ulong)ToNative(flags);
        how[1] = 0;
        how[2] = (ulong)resolve;
        fixed (byte* p = NulTerminated.Make(path, stackalloc byte[NulTerminated.StackSize]))
        {
            var fd = (int)FileInterop.Syscall(FileInterop.OpenAt2, directory.Number, p, how, 24, 0);
            file = new FileDescriptor(fd);
            return fd >= 0 ? Errno.None : Last();
        }
    }

    /// <summary>The status of an entry of a directory; a symbolic link's own.</summary>
    public static Errno StatAt(FileDescriptor directory, ReadOnlySpan<byte> name, out FileStatus status)
    {
        status = default;
        fixed (FileStatus* s = &status)
        fixed (byte* p = NulTerminated.Make(name, stackalloc byte[NulTerminated.StackSize]))
            return Check(FileInterop.Statx(directory.Number, p, SymlinkNoFollow, BasicStats, s));
    }

    /// <summary>
    /// Kind, inode, number of links and file system of what an entry of a directory leads to, and nothing else: no server is asked, and
    /// nothing is written back for it.
    /// </summary>
    public static Errno StatTarget(FileDescriptor directory, ReadOnlySpan<byte> name, out FileStatus status)
    {
        status = default;
        fixed (FileStatus* s = &status)
        fixed (byte* p = NulTerminated.Make(name, stackalloc byte[NulTerminated.StackSize]))
            return Check(FileInterop.Statx(directory.Number, p, DoNotSynchronize, TypeLinksInode, s));
    }

    /// <summary>The status of an open file.</summary>
    public static Errno Stat(FileDescriptor file, out FileStatus status)
    {
        byte empty = 0;
        status = default;
        fixed (FileStatus* s = &status)
            return Check(FileInterop.Statx(file.Number, &empty, EmptyPath, BasicStats, s));
    }

    /// <summary>Reads at an offset; <paramref name="count"/> is 0 at the end of the file.</summary>
    public static Errno Read(FileDescriptor file, Span<byte> buffer, long offset, out int count)
    {
        fixed (byte* p = buffer)
        {
            nint result;
            while ((result = FileInterop.PRead(file.Number, p, (nuint)buffer.Length, offset)) < 0 && Last() == Errno.EINTR)
            {
            }

            count = (int)Math.Max(result, 0);
            return Check(result);
        }
    }

    /// <summary>Reads at an offset until the buffer is full or the file ends.</summary>
    public static Errno ReadFully(FileDescriptor file, Span<byte> buffer, long offset, out int count)
    {
        for (count = 0; count < buffer.Length;)
        {
            var error = Read(file, buffer[count..], offset + count, out var part);
            if (error != Errno.None || part == 0)
                return error;
            count += part;
        }

        return Errno.None;
    }

    /// <summary>Writes all of <paramref name="data"/> at an offset.</summary>
    public static Errno Write(FileDescriptor file, ReadOnlySpan<byte> data, long offset)
    {
        while (data.Length > 0)
        {
            fixed (byte* p = data)
            {
                var result = FileInterop.PWrite(file.Number, p, (nuint)data.Length, offset);
                if (result < 0)
                {
                    if (Last() == Errno.EINTR)
                        continue;
                    return Last();
                }

                data = data[(int)result..];
                offset += result;
            }
        }

        return Errno.None;
    }

    /// <summary>
    /// The next stretch of data at or after <paramref name="offset"/>. ENXIO: only a hole is left. A file system that
    /// does not know holes reports all as data.
    /// </summary>
    public static Errno FindData(FileDescriptor file, long offset, out long start, out long end)
    {
        end = 0;
        start = FileInterop.Seek(file.Number, offset, SeekData);
        if (start < 0)
            return Last();
        end = FileInterop.Seek(file.Number, start, SeekHole);
        return Check(end);
    }

    /// <summary>Gives back what a stretch of a file takes; it reads as zeros from then on.</summary>
    public static Errno PunchHole(FileDescriptor file, long offset, long length)
    {
        Errno error;
        while ((error = Check(FileInterop.Allocate(file.Number, PunchHoleKeepSize, offset, length))) == Errno.EINTR)
        {
        }

        return error;
    }

    /// <summary>Sets a file's size.</summary>
    public static Errno Truncate(FileDescriptor file, long size) => Check(FileInterop.Truncate(file.Number, size));

    /// <summary>Writes back all that is dirty on the file system that <paramref name="file"/> is on.</summary>
    public static Errno SyncFileSystem(FileDescriptor file) => Check(FileInterop.SyncFileSystem(file.Number));

    internal static Errno Check(long result) => result >= 0 ? Errno.None : Last();

    internal static Errno Last() => (Errno)Marshal.GetLastPInvokeError();

    private static Errno Open(int directory, ReadOnlySpan<byte> path, OpenFlags flags, uint permissions, out FileDescriptor file)
    {
        fixed (byte* p = NulTerminated.Make(path, stackalloc byte[NulTerminated.StackSize]))
        {
            int fd;
            while ((fd = FileInterop.OpenAt(directory, p, ToNative(flags), permissions)) < 0 && Last() == Errno.EINTR)
            {
            }

            file = new FileDescriptor(fd);
            return fd >= 0 ? Errno.None : Last();
        }
    }

    private static int ToNative(OpenFlags flags)
    {
        var value = (int)flags | CloseOnExec;
        if (!ArmFlags)
            return value;
        value &= ~(int)(OpenFlags.Directory | OpenFlags.NoFollow);
        if (flags.HasFlag(OpenFlags.Directory))
            value |= 0x4000;
        if (flags.HasFlag(OpenFlags.NoFollow))
            value |= 0x8000;
        return value;
    }
}
