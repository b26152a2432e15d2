using DockerMigrator.Native.Files;

namespace DockerMigrator.Native.Memory;

/// <summary>Reads the memory of other processes, at once (<c>process_vm_readv(2)</c>).</summary>
public static unsafe class ProcessMemory
{
    /// <summary>Most ranges in one call (UIO_MAXIOV).</summary>
    public const int MostRanges = 1024;

    /// <summary>
    /// Reads ranges one after the other into a buffer, up to the first page that cannot be read this way: there is none, or
    /// its mapping does not allow reading (see <see cref="MemoryFile"/>). A page that the process has never touched reads as
    /// zeros.
    /// </summary>
    /// <param name="pid">Any thread of the process.</param>
    /// <param name="ranges">At most <see cref="MostRanges"/>.</param>
    /// <param name="buffer">As long as all ranges together.</param>
    /// <param name="count">Bytes read.</param>
    /// <returns>Why nothing was read. A partial read is none, and ends at a page's border.</returns>
    public static Errno Read(int pid, ReadOnlySpan<MemoryRange> ranges, Span<byte> buffer, out int count)
    {
        fixed (MemoryRange* remote = ranges)
        fixed (byte* data = buffer)
        {
            // MemoryRange is laid out as struct iovec.
            var local = new IoVector((nint)data, (nuint)buffer.Length);
            var result = MemoryInterop.ReadProcess(pid, &local, 1, (IoVector*)remote, (nuint)ranges.Length, 0);
            count = (int)Math.Max(result, 0);
            return FileCalls.Check(result);
        }
    }

    /// <summary>Reads at one address; false unless all of the buffer was filled.</summary>
    public static bool TryReadAll(int pid, ulong address, Span<byte> buffer) =>
        Read(pid, [new MemoryRange(address, (ulong)buffer.Length)], buffer, out var count) == Errno.None && count == buffer.Length;
}
