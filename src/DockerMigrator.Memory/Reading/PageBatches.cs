namespace DockerMigrator.Memory.Reading;

/// <summary>Cuts pages to be sent into pieces of work.</summary>
public static class PageBatches
{
    /// <summary>Pieces of about <paramref name="bytes"/> each, of one address space each, together all pages in their order.</summary>
    /// <param name="pages">Pages of address spaces.</param>
    /// <param name="bytes">Size of a piece in bytes, a multiple of the page size.</param>
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
                    var cut = Math.Min(rest.Bytes, room);
                    piece.Add(rest with { End = rest.Start + (ulong)cut });
                    rest = rest with { Start = rest.Start + (ulong)cut };
                    room -= cut;
                    if (room > 0)
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
}
