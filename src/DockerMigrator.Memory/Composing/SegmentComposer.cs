using DockerMigrator.Criu.Images;
using DockerMigrator.Memory.Sharing;
using DockerMigrator.Memory.Storing;

namespace DockerMigrator.Memory.Composing;

/// <summary>
/// Puts shared memory that was sent before into CRIU's images. CRIU reads all of it before the container runs, never lazily, and
/// takes the entries of a segment in any order: so the file in which the pages came becomes the image, and not a page is copied.
/// </summary>
public static class SegmentComposer
{
    // CRIU counts the bytes of an entry in 32 bits in some places, and reads them at once.
    private const ulong MostPagesInEntry = 1 << 18;

    /// <summary>Composes, and takes the segments out of the store.</summary>
    /// <param name="images">CRIU's image directory.</param>
    /// <param name="store">All pages of the layouts, see <see cref="PageStore.Finish"/>; on the same file system.</param>
    /// <param name="layouts">What the container has.</param>
    /// <param name="criu">The version of the CRIU that dumped.</param>
    /// <returns>The files that the pages are in now, which nobody needs once CRIU has restored.</returns>
    /// <exception cref="PageStoreException">Dump and layouts do not fit together, or there is no room.</exception>
    public static IReadOnlyList<string> Compose(string images, PageStore store, IReadOnlyList<SegmentLayout> layouts, Version criu)
    {
        if (layouts.Select(layout => layout.Id).Distinct().Count() != layouts.Count)
            throw new PageStoreException("The source described a segment of the container's shared memory twice.");
        var files = new List<string>();
        foreach (var layout in layouts)
        {
            if (store.TakeSegment(layout.Space) is not { } stored)
                continue;
            try
            {
                if (TryCompose(images, stored, layout, criu) is { } file)
                    files.Add(file);
                else
                    stored.Delete();
            }
            catch (Exception exception) when (exception is IOException or InvalidDataException or UnauthorizedAccessException)
            {
                throw new PageStoreException($"CRIU's images of the container's shared memory {layout.Id} cannot be completed: {exception.Message}", exception);
            }
            finally
            {
                stored.Dispose();
            }
        }

        return files;
    }

    // Null if what was sent is not needed.
    private static string? TryCompose(string images, StoredSegment stored, SegmentLayout layout, Version criu)
    {
        var path = Path.Combine(images, PagemapImage.NameOfShared(layout.Id));
        // Without it CRIU could restore nothing that belongs to the segment: nothing does, the container has given it up.
        if (!File.Exists(path))
            return null;
        var image = PagemapImage.Parse(File.ReadAllBytes(path));
        // A segment is hidden from CRIU as a whole or not at all, and what CRIU dumped is all of it.
        if (image.Entries.Count > 0 || layout.Present.Count == 0)
            return null;
        // CRIU stops without a word at an entry that is behind the segment's end.
        if (SharedMemoryImages.FindSize(images, layout.Id) is not { } size || size <= layout.Present[^1].End - PageRange.PageSize)
            throw new PageStoreException($"CRIU and the source disagree about the container's shared memory {layout.Id}.");
        var entries = stored.Pack(layout.Present).SelectMany(Cut);
        File.WriteAllBytes(path, image.Encode(entries, PagemapImage.FormatOf(criu)));
        var pages = Path.Combine(images, PagemapImage.PagesNameOf(image.PagesId));
        stored.MoveTo(pages);
        return pages;
    }

    private static IEnumerable<PagemapEntry> Cut(PageRange range)
    {
        for (var start = range.Start; start < range.End; start += MostPagesInEntry * PageRange.PageSize)
            yield return new PagemapEntry(start, Math.Min(MostPagesInEntry, (range.End - start) / PageRange.PageSize), PagemapFlags.Present);
    }
}
