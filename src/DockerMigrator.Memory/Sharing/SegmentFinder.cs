using DockerMigrator.Criu.Tasks;
using DockerMigrator.Native.Memory;

namespace DockerMigrator.Memory.Sharing;

/// <summary>
/// Finds the segments of shared memory that a container's processes have mapped or open. It need not find all: CRIU dumps what is
/// not found (System V segments that nobody is attached to, huge pages, what is on its way through a socket).
/// </summary>
internal static class SegmentFinder
{
    // Larger ones CRIU cuts off in its images.
    private const ulong LargestInode = uint.MaxValue;

    private const string Memfd = "/memfd:";

    /// <summary>The segments by inode, newly opened each.</summary>
    /// <param name="tasks">The container's processes. Foreign ones are left out.</param>
    public static Dictionary<ulong, SharedSegment> Find(ContainerTasks tasks)
    {
        var found = new Dictionary<ulong, SharedSegment>();
        foreach (var process in tasks.Processes.Where(process => !process.IsForeign && !process.Status.IsDead))
        {
            foreach (var mapping in MemoryMapping.Read(process.Pid))
            {
                if (IsShared(mapping.Name) && !found.ContainsKey(mapping.Inode))
                    Add(found, $"/proc/{process.Pid}/map_files/{mapping.Start:x}-{mapping.End:x}");
            }

            foreach (var number in ProcFile.NumericEntries($"/proc/{process.Pid}/fd"))
            {
                var path = $"/proc/{process.Pid}/fd/{number}";
                if (ProcFile.TryReadLink(path)?.StartsWith(Memfd, StringComparison.Ordinal) == true)
                    Add(found, path);
            }
        }

        return found;
    }

    // As the kernel names them: anonymous memory, memfd, System V. Whether it is one is seen when it is open.
    private static bool IsShared(string name) =>
        name == "/dev/zero (deleted)" || name.StartsWith(Memfd, StringComparison.Ordinal) || name.StartsWith("/SYSV", StringComparison.Ordinal);

    private static void Add(Dictionary<ulong, SharedSegment> found, string path)
    {
        if (SharedSegment.TryOpen(path) is { } segment && (segment.Inode > LargestInode || !found.TryAdd(segment.Inode, segment)))
            segment.Dispose();
    }
}
