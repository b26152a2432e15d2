using DockerMigrator.Memory.Tracking.Spaces;
using DockerMigrator.Native.Memory;

namespace DockerMigrator.Memory.Tracking.SoftDirty;

/// <summary>An address space tracked by soft-dirty bits.</summary>
/// <param name="identity">Which it is.</param>
internal sealed class SoftDirtySpace(SpaceIdentity identity) : AddressSpace(identity)
{
    private const int MostEntries = 512;

    /// <summary>
    /// Where each page lay when the bits were last cleared and it was reported. The bits alone do not tell a page that came from
    /// another address: mremap(2) moves whole page tables, bits and all, and the huge page of zeros, which takes the place of
    /// pages that were given back, has none.
    /// </summary>
    public PageValues Places { get; set; } = new();

    /// <summary>
    /// Forgets where pages lay that lie elsewhere now, so that the next scan reports them: what is read of them is not what was reported.
    /// May be called by several threads at once, each with other pages.
    /// </summary>
    public void ForgetMoved(PageRange range)
    {
        Span<PageMapEntry> entries = stackalloc PageMapEntry[MostEntries];
        for (var start = range.Start; start < range.End;)
        {
            var part = entries[..(int)Math.Min(MostEntries, (range.End - start) / PageRange.PageSize)];
            if (!Map.TryRead(start, part))
                part.Clear();
            foreach (var entry in part)
            {
                if (Places[start] != entry.Place)
                    Places[start] = 0;
                start += PageRange.PageSize;
            }
        }
    }
}
