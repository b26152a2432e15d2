namespace DockerMigrator.Memory.Reading;

/// <summary>Sees pages as they are read to be sent: for a tracker that compares their content, or that must know where they lay meanwhile.</summary>
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
