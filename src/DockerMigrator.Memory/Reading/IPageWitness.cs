namespace DockerMigrator.Memory.Reading;

/// <summary>Sees the content of each page as it is sent, which a tracker that compares content must know.</summary>
public interface IPageWitness
{
    /// <summary>Pages were read, to be sent as they are here.</summary>
    /// <param name="space">Number of their address space.</param>
    /// <param name="range">Which pages.</param>
    /// <param name="content">Their content.</param>
    void Read(uint space, PageRange range, ReadOnlySpan<byte> content);
}
