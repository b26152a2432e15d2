using System.Collections.Concurrent;

namespace DockerMigrator.Memory.Tracking.Spaces;

/// <summary>A number for each page: 8 bytes for 4096. May be used by several threads at once, each with other pages.</summary>
internal sealed class PageValues
{
    private const int PagesInBlock = 512;

    private readonly ConcurrentDictionary<ulong, ulong[]> _blocks = new();

    /// <summary>The number of a page, 0 if it has none.</summary>
    public ulong this[ulong page]
    {
        get => _blocks.TryGetValue(BlockOf(page), out var block) ? block[IndexOf(page)] : 0;
        set => _blocks.GetOrAdd(BlockOf(page), static _ => new ulong[PagesInBlock])[IndexOf(page)] = value;
    }

    /// <summary>Forgets what is in none of these ranges, roughly.</summary>
    public void ForgetOthers(IReadOnlyList<PageRange> present)
    {
        var kept = new HashSet<ulong>();
        foreach (var range in present)
        {
            for (var number = BlockOf(range.Start); number <= BlockOf(range.End - 1); number++)
                kept.Add(number);
        }

        foreach (var number in _blocks.Keys.Where(number => !kept.Contains(number)))
            _blocks.TryRemove(number, out _);
    }

    private static ulong BlockOf(ulong page) => page / PageRange.PageSize / PagesInBlock;

    private static int IndexOf(ulong page) => (int)(page / PageRange.PageSize % PagesInBlock);
}
