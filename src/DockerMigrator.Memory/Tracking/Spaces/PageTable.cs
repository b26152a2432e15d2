using DockerMigrator.Native.Memory;

namespace DockerMigrator.Memory.Tracking.Spaces;

/// <summary>Walks the pages that a process has, by <c>/proc/PID/pagemap</c>.</summary>
internal sealed class PageTable
{
    private static readonly Lazy<ulong> ZeroFrame = new(FindZeroFrame);

    private readonly PageMapEntry[] _entries = new PageMapEntry[1 << 16];

    /// <summary>Shows the pages of a mapping that the process has to <paramref name="see"/>, ascending.</summary>
    /// <returns>False if the process is gone.</returns>
    public bool TryWalk(PageMap map, PageRange mapping, Action<ulong, PageMapEntry> see)
    {
        for (var start = mapping.Start; start < mapping.End;)
        {
            var count = (int)Math.Min((ulong)_entries.Length, (mapping.End - start) / PageRange.PageSize);
            if (!map.TryRead(start, _entries.AsSpan(0, count)))
                return false;
            for (var i = 0; i < count; i++, start += PageRange.PageSize)
            {
                var entry = _entries[i];
                if (entry.IsOwn && (entry.Frame == 0 || entry.Frame != ZeroFrame.Value))
                    see(start, entry);
            }
        }

        return true;
    }

    // What is read before it was ever written is the kernel's one page of zeros.
    private static ulong FindZeroFrame()
    {
        using var memory = new AnonymousMemory(PageRange.PageSize);
        using var map = PageMap.TryOpen(Environment.ProcessId);
        Span<PageMapEntry> entry = stackalloc PageMapEntry[1];
        return memory.Content[0] == 0 && map?.TryRead(memory.Start, entry) == true ? entry[0].Frame : 0;
    }
}
