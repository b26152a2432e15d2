using DockerMigrator.Criu.Images;

namespace DockerMigrator.Memory.Composing;

/// <summary>
/// Images of a checkpoint in which nothing is, for those of a lazy restore to build upon: it keeps CRIU from using huge pages.
/// </summary>
/// <remarks>
/// Pages that CRIU restores itself come into being in mappings whose other pages are to be missing until somebody asks for them. Where the
/// kernel uses huge pages without being asked (<c>/sys/kernel/mm/transparent_hugepage/enabled</c> says <c>always</c>, as on Debian and Red Hat), the first of
/// them brings 511 pages of zeros along, which are then there and never asked for: memory is lost without a word. CRIU switches huge pages
/// off for the restore only if the images build upon others (<c>maybe_disable_thp</c> in its <c>mem.c</c>, since 3.5), as it leaves nothing but whole
/// mappings to lazy pages otherwise; in the end it restores what the process had chosen. Nothing is ever read from the parent, as no entry says so.
/// Each process needs one, also those of which nothing comes later: their children inherit mappings from them, zeros and all.
/// </remarks>
internal static class EmptyParent
{
    // CR_PARENT_LINK in CRIU's image.h.
    private const string Name = "parent";

    /// <summary>Adds a process to the parent of the images.</summary>
    /// <param name="images">CRIU's image directory.</param>
    /// <param name="containerPid">The process.</param>
    /// <param name="image">Its image.</param>
    public static void Add(string images, int containerPid, PagemapImage image)
    {
        var directory = Directory.CreateDirectory(Path.Combine(images, Name)).FullName;
        File.WriteAllBytes(Path.Combine(directory, PagemapImage.NameOf(containerPid)), image.Encode([], PagemapFormat.Narrow));
        File.WriteAllBytes(Path.Combine(directory, PagemapImage.PagesNameOf(image.PagesId)), []);
    }
}
