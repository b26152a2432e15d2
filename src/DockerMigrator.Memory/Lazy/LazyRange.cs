namespace DockerMigrator.Memory.Lazy;

/// <summary>Pages that a process has not got yet.</summary>
/// <param name="Start">Where they belong now: a process may have moved its memory since it was dumped.</param>
/// <param name="End">First address behind them.</param>
/// <param name="Stored">The address that they had in the dump, by which they are stored.</param>
public readonly record struct LazyRange(ulong Start, ulong End, ulong Stored)
{
    /// <summary>Length in bytes.</summary>
    public long Bytes => (long)(End - Start);

    /// <summary>Where the pages are stored.</summary>
    public PageRange StoredRange => new(Stored, Stored + (End - Start));

    /// <summary>The part from an address on, which is within.</summary>
    public LazyRange From(ulong start)
    {
        // Pages that are not outstanding would overwrite what the process has made of them.
        ArgumentOutOfRangeException.ThrowIfLessThan(start, Start);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(start, End);
        return new LazyRange(start, End, Stored + (start - Start));
    }

    /// <summary>The part up to an address, which is within.</summary>
    public LazyRange UpTo(ulong end)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(end, Start);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(end, End);
        return this with { End = end };
    }

    /// <summary>The same pages in another place.</summary>
    public LazyRange MovedTo(ulong start) => new(start, start + (End - Start), Stored);
}
