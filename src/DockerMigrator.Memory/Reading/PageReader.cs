using DockerMigrator.Memory.Streaming;
using DockerMigrator.Native.Tracking;
using DockerMigrator.Protocol.Errors;

namespace DockerMigrator.Memory.Reading;

/// <summary>Reads pages of other processes in large batches, into a buffer of its own. Not thread-safe.</summary>
public sealed class PageReader
{
    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(PageStreamWriter.MaxPages * PageRange.PageSize, pinned: true);
    private readonly List<(ulong Start, int Length)> _batch = [];

    /// <summary>Takes pages that were read.</summary>
    /// <param name="address">Address of the first.</param>
    /// <param name="pages">Their content.</param>
    public delegate void PagesHandler(ulong address, ReadOnlySpan<byte> pages);

    /// <summary>Reads pages.</summary>
    /// <param name="pages">Which.</param>
    /// <param name="isFrozen">
    /// Whether the process is frozen, so that a page which cannot be read is an error. Of a running one it was unmapped in between, and a later
    /// scan tells what became of it.
    /// </param>
    /// <param name="handler">Takes them, as many at once as lie side by side.</param>
    /// <exception cref="MigratorException">A page of a frozen process cannot be read.</exception>
    public void Read(PagesToSend pages, bool isFrozen, PagesHandler handler)
    {
        using var memory = new ProcessMemory(pages.Pid);
        _batch.Clear();
        var filled = 0;
        foreach (var range in pages.Ranges)
        {
            for (var start = range.Start; start < range.End;)
            {
                var length = (int)Math.Min((ulong)(_buffer.Length - filled), range.End - start);
                _batch.Add((start, length));
                filled += length;
                start += (ulong)length;
                if (filled == _buffer.Length)
                {
                    ReadBatch(memory, pages.Pid, filled, isFrozen, handler);
                    filled = 0;
                }
            }
        }

        if (filled > 0)
            ReadBatch(memory, pages.Pid, filled, isFrozen, handler);
    }

    private void ReadBatch(ProcessMemory memory, int pid, int length, bool isFrozen, PagesHandler handler)
    {
        var read = memory.Read(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_batch), _buffer.AsSpan(0, length));
        var offset = 0;
        foreach (var (start, size) in _batch)
        {
            var have = Math.Clamp(read - offset, 0, size);
            have -= have % PageRange.PageSize;
            if (have > 0)
                handler(start, _buffer.AsSpan(offset, have));
            if (have < size)
                ReadOneByOne(memory, pid, start + (ulong)have, _buffer.AsSpan(offset + have, size - have), isFrozen, handler);
            offset += size;
        }

        _batch.Clear();
    }

    // What the process itself may not read, or what is not there any more: in one batch with good pages, so page by page.
    private static void ReadOneByOne(ProcessMemory memory, int pid, ulong start, Span<byte> buffer, bool isFrozen, PagesHandler handler)
    {
        for (var offset = 0; offset < buffer.Length; offset += PageRange.PageSize)
        {
            var page = buffer.Slice(offset, PageRange.PageSize);
            var address = start + (ulong)offset;
            if (memory.ReadForced(address, page) == page.Length)
                handler(address, page);
            else if (isFrozen)
                throw new MigratorException($"The memory of process {pid} at {address:x} cannot be read.");
        }
    }
}
