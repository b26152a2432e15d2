namespace DockerMigrator.Criu.Images;

/// <summary>A stretch of pages of a process (<c>pagemap_entry</c> in CRIU's <c>images/pagemap.proto</c>).</summary>
/// <param name="Start">Address of the first page.</param>
/// <param name="Pages">How many pages.</param>
/// <param name="Flags">Where they are.</param>
/// <param name="Encoded">The record as it was read, without its length; null for a new one.</param>
public sealed record PagemapEntry(ulong Start, ulong Pages, PagemapFlags Flags, ReadOnlyMemory<byte>? Encoded = null)
{
    /// <summary>Bytes in a page.</summary>
    public const int PageSize = 4096;

    /// <summary>Address behind the last page.</summary>
    public ulong End => Start + (Pages * PageSize);
}
