using System.Globalization;
using DockerMigrator.Native.Files;

namespace DockerMigrator.FileSync.Trees;

/// <summary>
/// Opens what a live tree has under a name, without ever opening anything but a regular file: a container may make
/// device nodes, and put one in a file's place between the look and the opening; to open the host's watchdog by mistake
/// would be the end of the host. So the place is taken first, examined, and only then opened.
/// </summary>
internal static class InodeOpener
{
    /// <summary>ENOENT also if it is not of the <paramref name="kind"/> that was seen there.</summary>
    public static Errno Open(FileDescriptor directory, ReadOnlySpan<byte> name, FileKind kind, out FileDescriptor file, out FileStatus status) =>
        Open(directory, name, kind, OpenFlags.NoAccessTime, out file, out status);

    /// <summary>The same, with another access to regular files.</summary>
    public static Errno Open(FileDescriptor directory, ReadOnlySpan<byte> name, FileKind kind, OpenFlags access, out FileDescriptor file, out FileStatus status)
    {
        status = default;
        var error = FileCalls.OpenAt(directory, name, OpenFlags.Path | OpenFlags.NoFollow, 0, out file);
        if (error == Errno.None)
            error = FileCalls.Stat(file, out status);
        if (error == Errno.None && status.Kind != kind)
            error = Errno.ENOENT;
        if (error == Errno.None && kind == FileKind.Regular)
        {
            using var place = file;
            error = Reopen(place, access, out file);
        }

        if (error != Errno.None)
            file.Dispose();
        return error;
    }

    private static Errno Reopen(FileDescriptor place, OpenFlags access, out FileDescriptor file)
    {
        Span<byte> path = stackalloc byte[32];
        "/proc/self/fd/"u8.CopyTo(path);
        place.Number.TryFormat(path[14..], out var digits, default, CultureInfo.InvariantCulture);
        return FileCalls.Open(path[..(14 + digits)], access | OpenFlags.NonBlocking, out file);
    }
}
