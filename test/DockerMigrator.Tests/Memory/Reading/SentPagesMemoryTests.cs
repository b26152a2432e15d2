using DockerMigrator.Memory;
using DockerMigrator.Memory.Reading;

namespace DockerMigrator.Tests.Memory.Reading;

/// <summary>What <see cref="SentPages"/> takes itself. Not while other tests take memory in the same process, which could not be told from it.</summary>
[Collection(Alone)]
[CollectionDefinition(Alone, DisableParallelization = true)]
public sealed class SentPagesMemoryTests
{
    private const string Alone = "memory of what was sent";

    [Fact]
    public void It_takes_no_more_memory_than_it_may()
    {
        const long Bound = 1 << 20;
        var sent = new SentPages(Bound);
        var content = new byte[64 * PageRange.PageSize];
        var before = GC.GetTotalMemory(forceFullCollection: true);

        // 16 GiB of memory, of which hashes take 64 MiB.
        for (ulong start = 0; start < 16UL << 30; start += (ulong)content.Length * 8)
            sent.Renew(1, new PageRange(start, start + (ulong)content.Length), content);

        (GC.GetTotalMemory(forceFullCollection: true) - before).Should().BeLessThan(2 * Bound);
        GC.KeepAlive(sent);
    }
}
