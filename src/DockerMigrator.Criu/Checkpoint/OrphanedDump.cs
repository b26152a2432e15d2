using System.Diagnostics;
using DockerMigrator.Criu.Errors;
using DockerMigrator.Criu.Tasks;

namespace DockerMigrator.Criu.Checkpoint;

/// <summary>
/// A dump that goes on although the program that wanted it was killed. It must end by itself: CRIU's code is in the
/// container's processes meanwhile, and on cgroup v1 the freezer is open while Docker still calls the container paused.
/// </summary>
public static class OrphanedDump
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);

    /// <summary>Waits until nobody dumps the container any more.</summary>
    /// <param name="containerId">The container, as runc knows it.</param>
    /// <param name="initPid">Its init.</param>
    /// <param name="atMost">How long to wait.</param>
    /// <exception cref="CriuException">It did not end.</exception>
    public static async Task WaitUntilEndedAsync(string containerId, int initPid, TimeSpan atMost)
    {
        var start = Stopwatch.GetTimestamp();
        while (IsUnderWay(containerId, initPid))
        {
            if (Stopwatch.GetElapsedTime(start) > atMost)
                throw new CriuException($"A dump of the container that an earlier migration began still goes on after {atMost.TotalSeconds:0} seconds. End its processes (runc checkpoint, criu), and try again.");
            await Task.Delay(Poll);
        }
    }

    private static bool IsUnderWay(string containerId, int initPid) =>
        ProcessStatus.Read(initPid) is { TracerPid: not 0 }
        || ProcFile.NumericEntries("/proc").Any(pid => IsCheckpointOf(ProcFile.TryRead($"/proc/{pid}/cmdline") ?? "", containerId));

    private static bool IsCheckpointOf(string commandLine, string containerId)
    {
        var arguments = commandLine.Split('\0', StringSplitOptions.RemoveEmptyEntries);
        return arguments.Contains("checkpoint") && arguments.Contains(containerId);
    }
}
