using DockerMigrator.Criu.Tasks;
using DockerMigrator.Native.Files;
using DockerMigrator.Native.Tracking;

namespace DockerMigrator.Memory.Tracking;

/// <summary>One address space that is watched through a userfaultfd.</summary>
internal sealed class WatchedProcess : IDisposable
{
    private const int MostAttempts = 5;

    private readonly WriteWatch _watch;

    private WatchedProcess(uint space, int pid, string identity, WriteWatch watch)
    {
        Space = space;
        Pid = pid;
        Identity = identity;
        _watch = watch;
    }

    /// <summary>Number of the address space.</summary>
    public uint Space { get; }

    /// <summary>The process's host PID.</summary>
    public int Pid { get; }

    /// <summary>Tells the process from a later one with the same PID: its start time.</summary>
    public string Identity { get; }

    /// <summary>When a process began, in its own words; null if it is gone.</summary>
    public static string? IdentityOf(int pid) =>
        ProcFile.TryRead($"/proc/{pid}/stat") is { } stat && stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries) is { Length: > 19 } fields
            ? fields[19]
            : null;

    /// <summary>Begins to watch a process. Nothing is reported yet.</summary>
    /// <returns>Null if it cannot be watched, among others because its memory is another process's as well.</returns>
    public static WatchedProcess? TryAttach(uint space, int pid)
    {
        if (IdentityOf(pid) is not { } identity || WriteWatch.TryAttach(pid) is not { } watch)
            return null;
        var process = new WatchedProcess(space, pid, identity, watch);
        // A mapping that somebody else watches: the process uses userfaultfd itself, or shares its memory with one that is watched
        // already (between vfork and exec). Scanning it would take away what is reported to the other one.
        var shared = false;
        foreach (var mapping in AnonymousMappings.Read(pid))
            shared |= watch.Register(mapping.Start, mapping.End) == Errno.EBUSY;
        if (!shared)
            return process;
        process.Dispose();
        return null;
    }

    /// <summary>What was written since the last call.</summary>
    /// <returns>Null if the address space is not that of the process any more: it executed another program, or is gone.</returns>
    public IReadOnlyList<PageRange>? TakeWritten()
    {
        using var map = PageMap.TryOpen(Pid);
        if (map is null)
            return null;
        var found = new List<PageRegion>();
        foreach (var mapping in AnonymousMappings.Read(Pid))
        {
            var before = found.Count;
            if (map.TakeWritten(mapping.Start, mapping.End, found) == Errno.None)
                continue;
            // Something in it is new, or mapped anew. What the failed scan found, or would have found, is among all that is there.
            found.RemoveRange(before, found.Count - before);
            if (!TryTakeAll(map, mapping, found))
                return null;
        }

        return Ranges(found, _ => true);
    }

    /// <summary>What is there, and what was written since the last call, of the frozen process.</summary>
    public (IReadOnlyList<PageRange> Tracked, IReadOnlyList<PageRange> Present, IReadOnlyList<PageRange> Written) Find()
    {
        using var map = PageMap.TryOpen(Pid);
        if (map is null)
            return ([], [], []);
        var tracked = new List<PageRange>();
        var found = new List<PageRegion>();
        foreach (var mapping in AnonymousMappings.Read(Pid))
        {
            var before = found.Count;
            if (map.Find(mapping.Start, mapping.End, found) == Errno.None)
                tracked.Add(mapping);
            else
                found.RemoveRange(before, found.Count - before);
        }

        return (tracked, Ranges(found, _ => true), Ranges(found, region => region.Categories.HasFlag(PageCategories.Written)));
    }

    /// <inheritdoc/>
    public void Dispose() => _watch.Dispose();

    // While the container runs, mappings change between two looks at them.
    private bool TryTakeAll(PageMap map, PageRange range, List<PageRegion> found)
    {
        var before = found.Count;
        for (var attempt = 0; attempt < MostAttempts; attempt++)
        {
            found.RemoveRange(before, found.Count - before);
            if (PageRanges.Intersect(AnonymousMappings.Read(Pid), [range]).All(part => TryTakeAll(map, part.Start, part.End, found)))
                return true;
        }

        return false;
    }

    private bool TryTakeAll(PageMap map, ulong start, ulong end, List<PageRegion> found) =>
        _watch.Register(start, end) == Errno.None && map.TakeAll(start, end, found) == Errno.None;

    private static List<PageRange> Ranges(List<PageRegion> regions, Func<PageRegion, bool> wanted)
    {
        var ranges = new List<PageRange>();
        foreach (var region in regions.Where(wanted))
        {
            if (ranges.Count > 0 && region.Start <= ranges[^1].End)
                ranges[^1] = ranges[^1] with { End = Math.Max(ranges[^1].End, region.End) };
            else
                ranges.Add(new PageRange(region.Start, region.End));
        }

        return ranges;
    }
}
