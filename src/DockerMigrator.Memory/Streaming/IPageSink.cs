namespace DockerMigrator.Memory.Streaming;

/// <summary>Where pages go that came over the wire. Addresses are whole pages; a page may come again and replaces what was there.</summary>
public interface IPageSink
{
    /// <summary>Pages with content.</summary>
    /// <param name="space">Number of the address space.</param>
    /// <param name="address">Address of the first one.</param>
    /// <param name="pages">Their content, a whole number of pages.</param>
    void Write(uint space, ulong address, ReadOnlySpan<byte> pages);

    /// <summary>Pages that are all zero.</summary>
    /// <param name="space">Number of the address space.</param>
    /// <param name="address">Address of the first one.</param>
    /// <param name="pages">How many.</param>
    void WriteZero(uint space, ulong address, long pages);
}
