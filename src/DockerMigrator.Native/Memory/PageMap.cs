using System.Runtime.InteropServices;
using System.Text;
using DockerMigrator.Native.Files;

namespace DockerMigrator.Native.Memory;

/// <summary><c>/proc/PID/pagemap</c>, for kernels without <see cref="PageScan"/>.</summary>
public sealed class PageMap : IDisposable
{
    private const int PageSize = 4096;

    private readonly FileDescriptor _file;

    private PageMap(FileDescriptor file) => _file = file;

    /// <summary>Opens that of the address space that a process has now. Null if it is gone.</summary>
    /// <param name="pid">Any thread of the process.</param>
    public static PageMap? TryOpen(int pid) =>
        FileCalls.Open(Encoding.ASCII.GetBytes($"/proc/{pid}/pagemap"), OpenFlags.None, out var file) == Errno.None ? new PageMap(file) : null;

    /// <summary>Reads the entries of the pages from an address on.</summary>
    /// <returns>Whether all were read.</returns>
    public bool TryRead(ulong start, Span<PageMapEntry> entries)
    {
        var bytes = MemoryMarshal.AsBytes(entries);
        var offset = (long)(start / PageSize * sizeof(ulong));
        while (bytes.Length > 0)
        {
            if (FileCalls.Read(_file, bytes, offset, out var count) != Errno.None || count == 0)
                return false;
            bytes = bytes[count..];
            offset += count;
        }

        return true;
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
