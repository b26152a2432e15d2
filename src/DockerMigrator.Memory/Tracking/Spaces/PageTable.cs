using System.Runtime.InteropServices;
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
            var entries = _entries.AsSpan(0, (int)Math.Min((ulong)_entries.Length, (mapping.End - start) / PageRange.PageSize));
            if (!map.TryRead(start, entries))
                return false;
            for (var i = 0; i < entries.Length;)
            {
                var entry = entries[i];
                if (entry.Value == 0)
                {
                    // What there is most of, where there is little.
                    var nothing = MemoryMarshal.Cast<PageMapEntry, ulong>(entries[i..]).IndexOfAnyExcept(0UL);
                    i = nothing < 0 ? entries.Length : i + nothing;
                    continue;
                }

                if (entry.IsOwn && (entry.Frame == 0 || entry.Frame != ZeroFrame.Value))
                    see(start + ((ulong)i * PageRange.PageSize), entry);
                i++;
            }

            start += (ulong)entries.Length * PageRange.PageSize;
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
