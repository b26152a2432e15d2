namespace DockerMigrator.Memory.Tracking.Spaces;

/// <summary>A number for each page of an address space: 8 bytes for 4096.</summary>
internal sealed class PageValues
{
    private const int PagesInBlock = 512;

    private Dictionary<ulong, ulong[]> _blocks = [];

    /// <summary>The number of a page, 0 if it has none.</summary>
    public ulong this[ulong page]
    {
        get => _blocks.TryGetValue(BlockOf(page), out var block) ? block[IndexOf(page)] : 0;
        set
        {
            if (!_blocks.TryGetValue(BlockOf(page), out var block))
                _blocks.Add(BlockOf(page), block = new ulong[PagesInBlock]);
            block[IndexOf(page)] = value;
        }
    }

    /// <summary>Forgets what is in none of these ranges, roughly.</summary>
    public void ForgetOthers(IReadOnlyList<PageRange> present)
    {
        var kept = new Dictionary<ulong, ulong[]>();
        foreach (var range in present)
        {
            for (var number = BlockOf(range.Start); number <= BlockOf(range.End - 1); number++)
            {
                if (_blocks.TryGetValue(number, out var block))
                    kept[number] = block;
            }
        }

        _blocks = kept;
    }

    private static ulong BlockOf(ulong page) => page / PageRange.PageSize / PagesInBlock;

    private static int IndexOf(ulong page) => (int)(page / PageRange.PageSize % PagesInBlock);
}
