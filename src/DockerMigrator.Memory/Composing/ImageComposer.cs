using DockerMigrator.Criu.Images;
using DockerMigrator.Memory.Lazy;
using DockerMigrator.Memory.Storing;

namespace DockerMigrator.Memory.Composing;

/// <summary>
/// Makes images that CRIU can restore from a dump without the memory that was sent before. What CRIU wrote stays as it is, but
/// that its own pages are not lazy any more; entries and pages are added.
/// </summary>
/// <remarks>
/// <para>
/// <b>Lazy.</b> An entry with <see cref="PagemapFlags.Lazy"/> alone has no place in the file of pages: with <c>--lazy-pages</c>
/// every CRIU since 3.0 skips it and registers the mapping with userfaultfd, and without the option it fails instead of
/// restoring zeros. Mappings that CRIU does not register (locked ones) get their pages into the file even so.
/// </para>
/// <para>
/// <b>Copies of a parent's memory.</b> CRIU lets a child inherit its parent's mapping and drops those pages of it that the parent
/// has an entry <i>with pages</i> for and the child has not. Lazy entries add no pages on either side, so nothing is inherited that
/// the server does not know of; and what is dropped reads as missing, which is asked of the server.
/// </para>
/// </remarks>
public static class ImageComposer
{
    /// <summary>Composes images whose memory comes while the container runs, and says what is to come.</summary>
    /// <param name="images">CRIU's image directory.</param>
    /// <param name="store">All pages of the layouts, see <see cref="PageStore.Finish"/>.</param>
    /// <param name="layouts">What the container has.</param>
    /// <param name="criu">The version of the CRIU that dumped.</param>
    /// <exception cref="PageStoreException">Dump and layouts do not fit together, or there is no room.</exception>
    public static LazyPlan ComposeLazy(string images, PageStore store, IReadOnlyList<SpaceLayout> layouts, Version criu)
    {
        var tasks = new List<LazyTask>();
        var filled = FilledMappings(images);
        Compose(images, store, layouts, criu, mapping => mapping.CanBeLazy && !filled.Contains((mapping.Start, mapping.End)), (layout, merge) => tasks.Add(new LazyTask(layout.ContainerPid, layout.Space, merge.Lazy)));
        RestoreAtOnce(images, tasks.Select(task => task.ContainerPid).ToHashSet());
        return new LazyPlan(tasks);
    }

    /// <summary>Composes images that hold all memory, and empties the store into them. Takes as long as copying does.</summary>
    /// <inheritdoc cref="ComposeLazy"/>
    public static void ComposeEager(string images, PageStore store, IReadOnlyList<SpaceLayout> layouts, Version criu)
    {
        Compose(images, store, layouts, criu, canBeLazy: null, static (_, _) => { });
        foreach (var space in store.Spaces)
            store.Forget(space);
    }

    // Where locked mappings are. The kernel fills them with zeros when they are made, and a child whose mapping has the same bounds, and is not
    // locked, may inherit them.
    private static HashSet<(ulong Start, ulong End)> FilledMappings(string images)
    {
        try
        {
            return [.. from path in Directory.EnumerateFiles(images, "mm-*.img")
                       from mapping in MappingsImage.Parse(File.ReadAllBytes(path))
                       where mapping.IsLocked
                       select (mapping.Start, mapping.End)];
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            throw new PageStoreException($"CRIU's images of the container's mappings cannot be read: {exception.Message}", exception);
        }
    }

    // Processes of which nothing was sent before: CRIU says "lazy" of each of their pages that could be, and would wait for somebody
    // to deliver them.
    private static void RestoreAtOnce(string images, HashSet<int> done)
    {
        foreach (var path in Directory.EnumerateFiles(images, "pagemap-*.img"))
        {
            // Those of shared memory have more in their names.
            if (!int.TryParse(Path.GetFileNameWithoutExtension(path.AsSpan())["pagemap-".Length..], out var pid) || done.Contains(pid))
                continue;
            try
            {
                var image = PagemapImage.Parse(File.ReadAllBytes(path));
                // A child may inherit its pages.
                EmptyParent.Add(images, pid, image);
                if (image.Format is { } format && image.Entries.Any(entry => entry.Flags.HasFlag(PagemapFlags.Lazy)))
                    File.WriteAllBytes(path, image.Encode(image.Entries.Select(PagemapMerge.AtOnce), format));
            }
            catch (Exception exception) when (exception is IOException or InvalidDataException or UnauthorizedAccessException)
            {
                throw new PageStoreException($"CRIU's images of process {pid} of the container cannot be completed: {exception.Message}", exception);
            }
        }
    }

    private static void Compose(
        string images, PageStore store, IReadOnlyList<SpaceLayout> layouts, Version criu, Predicate<MappingEntry>? canBeLazy, Action<SpaceLayout, PagemapMerge> merged)
    {
        if (layouts.Select(layout => layout.ContainerPid).Distinct().Count() != layouts.Count
            || layouts.Select(layout => layout.Space).Distinct().Count() != layouts.Count)
        {
            throw new PageStoreException("The source described the memory of one process twice.");
        }

        using var pages = new PagesComposer();
        foreach (var layout in layouts)
        {
            if (layout.Present.Count == 0)
                continue;
            try
            {
                merged(layout, Compose(images, pages, store.Find(layout.Space)!, layout, criu, canBeLazy));
            }
            catch (Exception exception) when (exception is IOException or InvalidDataException or UnauthorizedAccessException)
            {
                throw new PageStoreException(
                    $"CRIU's images of process {layout.ContainerPid} of the container cannot be completed: {exception.Message}", exception);
            }
        }
    }

    private static PagemapMerge Compose(string images, PagesComposer pages, StoredSpace stored, SpaceLayout layout, Version criu, Predicate<MappingEntry>? canBeLazy)
    {
        var path = Path.Combine(images, PagemapImage.NameOf(layout.ContainerPid));
        var image = PagemapImage.Parse(File.ReadAllBytes(path));
        var mappings = MappingsImage.Parse(File.ReadAllBytes(Path.Combine(images, MappingsImage.NameOf(layout.ContainerPid))));
        var merge = PagemapMerge.Of(image.Entries, mappings, layout, stored.Data, canBeLazy ?? (static _ => false));
        if (merge.ChangesPages)
            pages.Compose(images, PagemapImage.PagesNameOf(image.PagesId), merge.Entries, stored);
        var bytes = image.Encode(merge.Entries.Select(entry => entry.Entry), image.Format ?? PagemapImage.FormatOf(criu));
        File.WriteAllBytes(path, bytes);
        if (canBeLazy is not null)
            EmptyParent.Add(images, layout.ContainerPid, image);
        return merge;
    }
}
