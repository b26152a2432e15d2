using DockerMigrator.Criu.Tasks;
using DockerMigrator.Memory;
using DockerMigrator.Memory.Reading;
using DockerMigrator.Memory.Tracking;
using DockerMigrator.Native.Memory;

namespace DockerMigrator.Tests.Memory.Tracking;

/// <summary>What the target of a migration would have: the content of the pages that the tracker reported, and nothing else.</summary>
internal sealed class Shadow(IDirtyTracker tracker)
{
    private readonly Dictionary<(uint Space, ulong Address), byte[]> _pages = [];
    private readonly byte[] _buffer = new byte[64 * PageRange.PageSize];

    public async Task<long> ScanAsync(ContainerTasks tasks)
    {
        // Workloads are small: so that they are taken in more than one piece, pieces are so, too.
        var bytes = Random.Shared.Next(2) == 0 ? PageBatches.PieceBytes : Random.Shared.Next(1, 64) * PageRange.PageSize;
        var found = await tracker.ScanAsync(tasks, CancellationToken.None);
        return Copy(PageBatches.Cut(found, bytes).Select(piece => piece with { Ranges = tracker.Take(piece) }), isFrozen: false);
    }

    /// <summary>Makes the last scan of a frozen workload, and compares all that it has with what was copied.</summary>
    public FinalScan CompareFrozen(ContainerTasks tasks)
    {
        var final = tracker.ScanFrozen(tasks);
        Copy(final.Dirty, isFrozen: true);
        foreach (var layout in final.Layouts)
            Compare(layout);
        return final;
    }

    private void Compare(SpaceLayout layout)
    {
        using var memory = MemoryFile.TryOpen(layout.Pid)!;
        var real = new byte[PageRange.PageSize];
        ulong lastEnd = 0;
        foreach (var tracked in layout.Tracked)
        {
            tracked.Start.Should().BeGreaterThanOrEqualTo(lastEnd);
            lastEnd = tracked.End;
            foreach (var (piece, isPresent) in PageRanges.Divide(tracked, layout.Present))
            {
                // What is not there is not touched by a look at all of a vast reservation.
                for (var page = piece.Start; page < piece.End && page < piece.Start + (isPresent ? ulong.MaxValue - piece.Start : 1 << 20); page += PageRange.PageSize)
                    ComparePage(layout, memory, page, isPresent, real);
            }
        }

        PageRanges.Intersect(layout.Present, layout.Tracked).Should().Equal(layout.Present, "all that is present is in tracked mappings");
    }

    private void ComparePage(SpaceLayout layout, MemoryFile memory, ulong page, bool isPresent, byte[] real)
    {
        var read = memory.Read(page, real);
        if (!isPresent)
        {
            // A guard cannot be read.
            if (read > 0 && real.AsSpan().ContainsAnyExcept((byte)0))
                Assert.Fail($"Page {page:x} of process {layout.Pid} has content, but is said not to be there.");
            return;
        }

        if (read != real.Length)
            Assert.Fail($"Page {page:x} of process {layout.Pid} cannot be read.");
        if (!_pages.TryGetValue((layout.Space, page), out var copy))
            Assert.Fail($"Page {page:x} of process {layout.Pid} was never reported.");
        if (!real.AsSpan().SequenceEqual(copy))
            Assert.Fail($"Page {page:x} of process {layout.Pid} has changed since it was reported.");
    }

    private long Copy(IEnumerable<PagesToSend> dirty, bool isFrozen)
    {
        var sum = 0L;
        foreach (var pages in dirty)
        {
            using var reader = new PageReader(pages, isFrozen, tracker as IPageWitness);
            while (reader.ReadNext(_buffer))
            {
                var at = 0;
                foreach (var range in reader.Ranges)
                {
                    for (var page = range.Start; page < range.End; page += PageRange.PageSize, at += PageRange.PageSize)
                        _pages[(pages.Space, page)] = _buffer.AsSpan(at, PageRange.PageSize).ToArray();
                }

                sum += at / PageRange.PageSize;
            }
        }

        return sum;
    }
}
