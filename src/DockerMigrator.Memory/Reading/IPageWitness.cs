namespace DockerMigrator.Memory.Reading;

/// <summary>Sees what is read to be sent, which a tracker must know that compares content, or that is told of changes by what else than writes.</summary>
public interface IPageWitness
{
    /// <summary>Pages are going to be read.</summary>
    /// <param name="space">Number of their address space.</param>
    /// <param name="range">Which pages.</param>
    void Reading(uint space, PageRange range);

    /// <summary>Pages were read, to be sent as they are here.</summary>
    /// <param name="space">Number of their address space.</param>
    /// <param name="range">Which pages.</param>
    /// <param name="content">Their content.</param>
    void Read(uint space, PageRange range, ReadOnlySpan<byte> content);
}
