using DockerMigrator.Native.Files;

namespace DockerMigrator.Native.Memory;

/// <summary>
/// The last page of a file whose size is not a whole number of pages, as those see it who have it mapped: what they write behind
/// the end of the file is there for all of them, but not for read(2).
/// </summary>
public static class MappedPage
{
    private const int PageSize = 4096;
    private const int ReadOnly = 1; // PROT_READ
    private const int Shared = 1; // MAP_SHARED

    /// <summary>Reads the page at an offset; false if the file has none there.</summary>
    public static bool TryRead(FileDescriptor file, long offset, Span<byte> page)
    {
        var address = MemoryInterop.Map(0, PageSize, ReadOnly, Shared, file.Number, (nint)offset);
        if (address == -1)
            return false;
        try
        {
            // Not simply copied: the file may be cut short at any moment, and touching the page would end this process then.
            return ProcessMemory.TryReadAll(Environment.ProcessId, (ulong)address, page[..PageSize]);
        }
        finally
        {
            _ = MemoryInterop.Unmap(address, PageSize);
        }
    }
}
