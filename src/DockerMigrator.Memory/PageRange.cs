namespace DockerMigrator.Memory;

/// <summary>A range of addresses in one address space, in whole pages.</summary>
/// <param name="Start">First address, a multiple of <see cref="PageSize"/>.</param>
/// <param name="End">First address behind it, a multiple of <see cref="PageSize"/>.</param>
public readonly record struct PageRange(ulong Start, ulong End)
{
    /// <summary>Bytes in a page: 4096 on every kernel this program runs on (checked at start on arm64, where it may be more).</summary>
    public const int PageSize = 4096;

    /// <summary>Length in bytes.</summary>
    public long Bytes => (long)(End - Start);

    /// <summary>Length in pages.</summary>
    public long Pages => Bytes / PageSize;
}
