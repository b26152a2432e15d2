using DockerMigrator.Memory.Streaming;

namespace DockerMigrator.Memory.Storing;

/// <summary>Puts pages that come over the wire into the store.</summary>
public sealed class PageStoreSink(PageStore store) : IPageSink
{
    /// <inheritdoc/>
    public void Write(uint space, ulong address, ReadOnlySpan<byte> pages) => store.Write(space, address, pages);

    /// <inheritdoc/>
    public void WriteZero(uint space, ulong address, long pages) => store.WriteZero(space, address, (ulong)pages);
}
