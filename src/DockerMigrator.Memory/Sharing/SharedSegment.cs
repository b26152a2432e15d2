using System.Text;
using DockerMigrator.Criu.Filtering;
using DockerMigrator.Native.Files;
using DockerMigrator.Native.Memory;

namespace DockerMigrator.Memory.Sharing;

/// <summary>
/// A segment of shared memory: the file without a name in which the kernel keeps anonymous memory that processes share, a memfd,
/// or a System V segment. It is read without any process being involved. Reading changes nothing: holes stay holes.
/// </summary>
public sealed class SharedSegment : IDisposable
{
    // All of them are on one file system, which is mounted nowhere.
    private static readonly Lazy<DeviceNumber?> FileSystem = new(FindFileSystem);

    private readonly FileDescriptor _file;

    private SharedSegment(FileDescriptor file, ulong inode)
    {
        _file = file;
        Inode = inode;
    }

    /// <summary>Its inode.</summary>
    public ulong Inode { get; }

    /// <summary>Bytes that it takes, swapped out or not.</summary>
    public long AllocatedBytes => FileCalls.Stat(_file, out var status) == Errno.None ? status.AllocatedBytes : 0;

    /// <summary>It, as the page filter knows it.</summary>
    public HiddenSegment ToHide => new(FileSystem.Value!.Value, Inode);

    /// <summary>Opens one by a path below <c>/proc/PID/map_files</c> or <c>/proc/PID/fd</c>; null if it is gone, or is no such file.</summary>
    public static SharedSegment? TryOpen(string path)
    {
        if (FileCalls.Open(Encoding.ASCII.GetBytes(path), OpenFlags.None, out var file) != Errno.None)
            return null;
        if (FileCalls.Stat(file, out var status) == Errno.None && status.Kind == FileKind.Regular && status.FileSystem == FileSystem.Value)
            return new SharedSegment(file, status.Inode);
        file.Dispose();
        return null;
    }

    /// <summary>The pages that it has, in order.</summary>
    public IEnumerable<PageRange> FindData()
    {
        ulong end = 0;
        while (FileCalls.FindData(_file, (long)end, out var start, out var stop) == Errno.None)
        {
            end = RoundUp((ulong)stop);
            yield return new PageRange((ulong)start / PageRange.PageSize * PageRange.PageSize, end);
        }
    }

    /// <summary>Reads from an offset on, up to the last page.</summary>
    /// <param name="offset">A multiple of the page size.</param>
    /// <param name="pages">A whole number of pages.</param>
    /// <returns>Bytes read, a whole number of pages.</returns>
    public int Read(ulong offset, Span<byte> pages)
    {
        var read = 0;
        while (read < pages.Length && FileCalls.Read(_file, pages[read..], (long)offset + read, out var count) == Errno.None && count > 0)
            read += count;
        var whole = read - (read % PageRange.PageSize);
        if (whole == read)
            return read;
        return MappedPage.TryRead(_file, (long)offset + whole, pages[whole..]) ? whole + PageRange.PageSize : whole;
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private static ulong RoundUp(ulong offset) => (offset + PageRange.PageSize - 1) / PageRange.PageSize * PageRange.PageSize;

    private static DeviceNumber? FindFileSystem()
    {
        using var own = AnonymousFile.Create("shared", []);
        if (FileCalls.Open(Encoding.ASCII.GetBytes(own.Path), OpenFlags.None, out var file) != Errno.None)
            return null;
        using (file)
            return FileCalls.Stat(file, out var status) == Errno.None ? status.FileSystem : null;
    }
}
