namespace DockerMigrator.Memory.Lazy;

/// <summary>The memory that a restored process gets while it runs.</summary>
/// <param name="ContainerPid">Its PID in the container, by which CRIU names it.</param>
/// <param name="Space">Number of its address space, which names the file that its pages are in.</param>
/// <param name="Ranges">The pages, in order, none of them in two mappings.</param>
public sealed record LazyTask(int ContainerPid, uint Space, IReadOnlyList<PageRange> Ranges)
{
    /// <summary>Bytes in all ranges.</summary>
    public long Bytes => Ranges.Sum(range => range.Bytes);
}
