using DockerMigrator.Native.Memory;

namespace DockerMigrator.Memory.Tracking.Spaces;

/// <summary>
/// The address space of a process from one exec to the next, with what a tracker knows of it. Trackers derive from it.
/// </summary>
internal class AddressSpace : IDisposable
{
    /// <summary>An address space that is about to be tracked.</summary>
    /// <param name="identity">What is known of it at first.</param>
    public AddressSpace(SpaceIdentity identity) => Identity = identity;

    /// <summary>Which it is.</summary>
    public SpaceIdentity Identity { get; }

    /// <summary>Its page map.</summary>
    public PageMap Map => Identity.Map;

    /// <summary>The process's private anonymous mappings now: sorted, not overlapping.</summary>
    public List<PageRange> ReadMappings()
    {
        var mappings = new List<PageRange>();
        ulong end = 0;
        foreach (var mapping in MemoryMapping.Read(Identity.Task))
        {
            // The file is read in pieces, and a mapping that grows meanwhile may be in two of them.
            var range = new PageRange(Math.Max(mapping.Start, end), mapping.End);
            if (range.Start >= range.End)
                continue;
            end = range.End;
            if (mapping.IsPrivateAnonymous)
                mappings.Add(range);
        }

        return mappings;
    }

    /// <summary>Pages of it to send.</summary>
    public PagesToSend ToSend(IReadOnlyList<PageRange> ranges) => new(Identity.Number, Identity.Task, ranges);

    /// <summary>What it has in the freeze.</summary>
    public SpaceLayout ToLayout(int containerPid, IReadOnlyList<PageRange> tracked, IReadOnlyList<PageRange> present) =>
        new(Identity.Number, Identity.Task, containerPid, tracked, present);

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees what the tracker holds.</summary>
    protected virtual void Dispose(bool disposing) => Map.Dispose();
}
