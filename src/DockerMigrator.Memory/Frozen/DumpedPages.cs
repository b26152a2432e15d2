using DockerMigrator.Criu.Errors;
using DockerMigrator.Criu.Images;

namespace DockerMigrator.Memory.Frozen;

/// <summary>What CRIU wrote of the memory of one process.</summary>
/// <param name="ContainerPid">The process, as the container sees it.</param>
/// <param name="Written">Pages that are in its images.</param>
/// <param name="LeftOut">Pages that it says are to come from elsewhere.</param>
public sealed record DumpedPages(int ContainerPid, IReadOnlyList<PageRange> Written, IReadOnlyList<PageRange> LeftOut)
{
    /// <summary>Reads what a dump wrote of each process.</summary>
    /// <exception cref="CriuException">An image cannot be read.</exception>
    public static IReadOnlyList<DumpedPages> Read(string images)
    {
        var dumped = new List<DumpedPages>();
        foreach (var path in Directory.EnumerateFiles(images, "pagemap-*.img"))
        {
            // Those of shared memory have more in their names.
            if (!int.TryParse(Path.GetFileNameWithoutExtension(path.AsSpan())["pagemap-".Length..], out var pid))
                continue;
            try
            {
                dumped.Add(Of(pid, PagemapImage.Parse(File.ReadAllBytes(path)).Entries));
            }
            catch (Exception e) when (e is IOException or InvalidDataException)
            {
                throw new CriuException($"CRIU's dump of process {pid} of the container cannot be read: {e.Message}", e);
            }
        }

        return dumped;
    }

    private static DumpedPages Of(int pid, IReadOnlyList<PagemapEntry> entries)
    {
        List<PageRange> written = [], leftOut = [];
        foreach (var entry in entries)
            PageRanges.Append(entry.Flags.HasFlag(PagemapFlags.Present) ? written : leftOut, new PageRange(entry.Start, entry.End));
        return new DumpedPages(pid, written, leftOut);
    }
}
