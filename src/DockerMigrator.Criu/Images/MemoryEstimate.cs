using DockerMigrator.Criu.Tasks;
using DockerMigrator.Native.Mounts;

namespace DockerMigrator.Criu.Images;

/// <summary>How much memory the dump of a container will hold.</summary>
/// <param name="Private">Bytes of anonymous memory of its processes, swapped out or not.</param>
/// <param name="Shared">Bytes of shared memory that its processes have mapped, each page counted once.</param>
/// <param name="FileSystems">Bytes in its memory-backed file systems (<c>/dev/shm</c>, <c>--tmpfs</c>).</param>
public sealed record MemoryEstimate(long Private, long Shared, long FileSystems)
{
    /// <summary>All of it, in bytes.</summary>
    public long Total => Private + Shared + FileSystems;

    /// <summary>Reads the estimate for running or frozen tasks; those that end in between count as nothing.</summary>
    public static MemoryEstimate Read(ContainerTasks tasks)
    {
        long anonymous = 0, shared = 0;
        foreach (var process in tasks.Processes)
        {
            if (ProcFile.TryRead($"/proc/{process.Pid}/smaps_rollup") is { } text)
            {
                var (own, common) = ParseRollup(text);
                anonymous += own;
                shared += common;
            }
        }

        return new MemoryEstimate(anonymous, shared, ReadFileSystems(tasks.InitPid));
    }

    /// <summary>
    /// Parses <c>/proc/PID/smaps_rollup</c> into bytes of anonymous and of shared memory. The proportional numbers
    /// (<c>Pss_…</c>, kernel 5.0) count a page that several processes share once in total; older kernels have <c>Rss</c>
    /// alone, which counts too much.
    /// </summary>
    public static (long Private, long Shared) ParseRollup(string text)
    {
        var fields = new Dictionary<string, long>();
        foreach (var line in text.Split('\n'))
        {
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words is [var name, var kibibytes, "kB"] && long.TryParse(kibibytes, out var value))
                fields[name] = value << 10;
        }

        var swapped = fields.GetValueOrDefault("SwapPss:");
        return fields.TryGetValue("Pss_Anon:", out var anonymous)
            ? (anonymous + swapped, fields.GetValueOrDefault("Pss_Shmem:"))
            : (fields.GetValueOrDefault("Rss:") + swapped, 0);
    }

    private static long ReadFileSystems(int initPid)
    {
        long used = 0;
        foreach (var mount in MountTable.Parse(ProcFile.TryRead($"/proc/{initPid}/mountinfo") ?? ""))
        {
            // What is mounted from outside (a bind of /run/… into the container) is not the root of its file system.
            if (mount is not { FileSystem: "tmpfs", Root: "/" })
                continue;
            try
            {
                var drive = new DriveInfo($"/proc/{initPid}/root{mount.MountPoint}");
                used += drive.TotalSize - drive.TotalFreeSpace;
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
            {
                // Unmounted in between, or over-mounted: an estimate goes without it.
            }
        }

        return used;
    }
}
