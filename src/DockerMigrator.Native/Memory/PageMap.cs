using System.Runtime.InteropServices;
using System.Text;
using DockerMigrator.Native.Files;

namespace DockerMigrator.Native.Memory;

/// <summary>
/// <c>/proc/PID/pagemap</c>: belongs to the address space that the process had when it was opened, whatever it executes later, and tells
/// of its pages on kernels without <see cref="PageScan"/>.
/// </summary>
public sealed class PageMap : IDisposable
{
    private const int PageSize = 4096;

    private readonly FileDescriptor _file;

    private PageMap(FileDescriptor file) => _file = file;

    /// <summary>
    /// Whether some process still has the address space: not after all of them have ended or executed another program.
    /// </summary>
    /// <remarks>
    /// Takes no lock of the process's. To read an address of <c>/proc/PID/mem</c> where nothing is tells the same, but since Linux 6.5 waits
    /// until nobody else looks at the mappings: a stack might have to grow there.
    /// </remarks>
    public bool IsAlive
    {
        get
        {
            // Of a dead one there is nothing to read; a living one's entries are not to be had by halves (EINVAL).
            Span<byte> half = stackalloc byte[1];
            return FileCalls.Read(_file, half, 0, out var count) != Errno.None || count > 0;
        }
    }

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
