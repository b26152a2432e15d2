using System.Text;
using DockerMigrator.Native.Files;

namespace DockerMigrator.Native.Memory;

/// <summary>
/// <c>/proc/PID/mem</c>: reads also what the process itself may not (PROT_NONE), and belongs to the address space that the
/// process had when it was opened, whatever it executes later.
/// </summary>
public sealed class MemoryFile : IDisposable
{
    private readonly FileDescriptor _file;

    private MemoryFile(FileDescriptor file) => _file = file;

    /// <summary>Opens the memory of a process by the id of any of its threads; null if it is gone or may not be read.</summary>
    public static MemoryFile? TryOpen(int pid) =>
        FileCalls.Open(Encoding.ASCII.GetBytes($"/proc/{pid}/mem"), OpenFlags.None, out var file) == Errno.None ? new MemoryFile(file) : null;

    /// <summary>Reads up to the first page that is not there.</summary>
    /// <returns>Number of bytes; 0 if the first page is not there.</returns>
    public int Read(ulong address, Span<byte> buffer) =>
        FileCalls.Read(_file, buffer, (long)address, out var count) == Errno.None ? count : 0;

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
