namespace DockerMigrator.Memory.Reading;

/// <summary>Cuts pages to be sent into pieces of work.</summary>
public static class PageBatches
{
    /// <summary>A good size of pieces, in bytes.</summary>
    public const long PieceBytes = 4 << 20;

    // A page table's worth of memory, and the size of a huge page: one that is protected in part is split.
    private const ulong HugePage = 2 << 20;

    /// <summary>
    /// Pieces of about <paramref name="bytes"/> each, of one address space each, together all pages in their order. Where a range is cut in
    /// two, no huge page is.
    /// </summary>
    /// <param name="pages">Pages of address spaces.</param>
    /// <param name="bytes">Size of a piece in bytes, a multiple of the page size; no huge page is cut if it is at least 2 MiB.</param>
    public static IEnumerable<PagesToSend> Cut(IEnumerable<PagesToSend> pages, long bytes)
    {
        foreach (var space in pages)
        {
            var piece = new List<PageRange>();
            var room = bytes;
            foreach (var range in space.Ranges)
            {
                for (var rest = range; rest.Start < rest.End;)
                {
                    var end = CutAt(rest, room, isFirst: piece.Count == 0);
                    if (end > rest.Start)
                        piece.Add(rest with { End = end });
                    room -= (long)(end - rest.Start);
                    rest = rest with { Start = end };
                    if (room > 0 && rest.Start == rest.End)
                        continue;
                    yield return space with { Ranges = piece };
                    piece = [];
                    room = bytes;
                }
            }

            if (piece.Count > 0)
                yield return space with { Ranges = piece };
        }
    }

    private static ulong CutAt(PageRange range, long room, bool isFirst)
    {
        if (range.Bytes <= room)
            return range.End;
        var end = range.Start + (ulong)room;
        var aligned = Math.Max(end / HugePage * HugePage, range.Start);
        // What does not fit without a cut is left to the next piece, unless that would have no more room.
        return aligned > range.Start || !isFirst ? aligned : end;
    }
}
