using System.IO.Hashing;

namespace DockerMigrator.Memory.Reading;

/// <summary>
/// Knows pages by what they held when they were last sent, so that those which were written to and hold the same again need not be
/// sent again. It remembers as many as fit a bound; one that it does not remember is sent.
/// </summary>
/// <remarks>
/// <para>
/// <b>When.</b> What is remembered must have arrived before it may be relied upon: a page is sent once in a round at most, and a round
/// begins only after the target has confirmed the one before. If a round fails, so does the migration.
/// </para>
/// <para>
/// <b>Hashes.</b> A changed page that hashes as before would be lost. XXH128 is not made against people who look for such a page, but
/// the only ones who can are the container's own programs, and what they would damage is their own memory. By chance it does not
/// happen: 10^15 comparisons, four exabytes of memory written again, meet one with a probability of 3*10^-24. With 64 bits, which
/// take half the memory and hardly less time, it would be 5*10^-5.
/// </para>
/// <para>Thread-safe, as long as no page is in two hands at once.</para>
/// </remarks>
public sealed class SentPages
{
    // 256 KiB of memory: small enough for memory that is written here and there, large enough for what a block costs besides.
    private const int PagesInBlock = 64;

    private readonly Lock _gate = new();
    private readonly int _mostBlocks;
    private readonly Dictionary<(uint Space, ulong Number), UInt128[]> _blocks = [];
    private readonly List<(uint Space, ulong Number)> _keys = [];
    private readonly Random _random = new();

    /// <summary>Remembers nothing yet.</summary>
    /// <param name="mostBytes">How much memory it may take, roughly: 16 bytes for a page.</param>
    public SentPages(long mostBytes) => _mostBlocks = (int)Math.Clamp(mostBytes / (PagesInBlock * 16), 1, int.MaxValue);

    /// <summary>Bytes of pages that need not be sent again so far.</summary>
    public long EqualBytes { get; private set; }

    /// <summary>The pages that are to be sent: they are remembered as such, and the others hold what they held when they were sent.</summary>
    /// <param name="space">Number of their address space.</param>
    /// <param name="range">Pages that are about to be sent.</param>
    /// <param name="content">Their content.</param>
    public IReadOnlyList<PageRange> Renew(uint space, PageRange range, ReadOnlySpan<byte> content)
    {
        // Hashing takes the time, and is done outside of the lock.
        var hashes = new UInt128[range.Pages];
        for (var i = 0; i < hashes.Length; i++)
            hashes[i] = Hash(content.Slice(i * PageRange.PageSize, PageRange.PageSize));
        var changed = new List<PageRange>();
        lock (_gate)
        {
            for (var i = 0; i < hashes.Length; i++)
            {
                var page = range.Start + ((ulong)i * PageRange.PageSize);
                ref var known = ref Find(space, page / PageRange.PageSize);
                if (known == hashes[i])
                    EqualBytes += PageRange.PageSize;
                else
                    PageRanges.Append(changed, new PageRange(page, page + PageRange.PageSize));
                known = hashes[i];
            }
        }

        return changed;
    }

    private ref UInt128 Find(uint space, ulong page)
    {
        var key = (space, page / PagesInBlock);
        if (!_blocks.TryGetValue(key, out var block))
            _blocks.Add(key, block = NewBlock(key));
        return ref block[page % PagesInBlock];
    }

    // When there is no room any more a block makes way, whichever: rounds go through memory in order, and forgetting the oldest would
    // forget just what comes next.
    private UInt128[] NewBlock((uint, ulong) key)
    {
        if (_keys.Count < _mostBlocks)
        {
            _keys.Add(key);
            return new UInt128[PagesInBlock];
        }

        var place = _random.Next(_keys.Count);
        _blocks.Remove(_keys[place], out var block);
        _keys[place] = key;
        Array.Clear(block!);
        return block!;
    }

    // 0 stands for never sent.
    private static UInt128 Hash(ReadOnlySpan<byte> page) => XxHash128.HashToUInt128(page) is var hash && hash == 0 ? 1 : hash;
}
