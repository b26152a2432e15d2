using System.Diagnostics;
using DockerMigrator.Docker.Logs;
using DockerMigrator.Native.Files;

namespace DockerMigrator.Migration.Source.Logs;

/// <summary>
/// What a frozen container wrote last is on its way through containerd's shim and Docker into the log for a moment yet, or for longer:
/// Docker's write waits for a busy disk, the hypervisor takes the processor away. All lines are there when nothing is left in the pipes
/// and all threads of both sleep, as none has one in its hands then.
/// </summary>
internal sealed class LogDrain
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(2);

    // A Docker that serves others at the same time may never sleep. Then it has to do, with nothing in the pipes, that the files have not
    // grown for so long; for longer if a thread is held up each time that one looks, which may be for somebody else's sake.
    private static readonly TimeSpan CalmOfBusy = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan CalmOfVeryBusy = TimeSpan.FromMilliseconds(250);

    // Docker counts a log file from when it opens it, so the target's has to wait for the end of this one. A Docker that hangs holds
    // up nobody's downtime any longer; what it writes too late is told.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(1);

    private readonly SourceContext _context;
    private readonly LogCarriers _carriers;

    private LogDrain(SourceContext context, LogCarriers carriers)
    {
        _context = context;
        _carriers = carriers;
    }

    /// <summary>Finds out, before the freeze, where the container's output goes through; null if its log is in no file.</summary>
    public static LogDrain? Find(SourceContext context) =>
        ContainerLogs.CurrentFile(context.Container, context.Survey.Host.DataRoot) is { } path
            ? new LogDrain(context, LogCarriers.Find(context.Container, path))
            : null;

    /// <summary>Waits until all that the frozen container wrote is in its log, though not for ever.</summary>
    public async Task WaitAsync(CancellationToken cancelled)
    {
        var start = Stopwatch.GetTimestamp();
        var (size, calmSince, activity) = (-1L, start, _carriers.Read());
        while (Stopwatch.GetElapsedTime(start) < Limit)
        {
            var before = _carriers.Read();
            var hasUnread = _carriers.Pipes.Any(pipe => PipeLevel.Read(pipe) > 0);
            var previous = activity;
            activity = _carriers.Read();
            if (!hasUnread && activity.HasSleptSince(before))
                return;

            var sizeBefore = size;
            size = Size();
            if (hasUnread || size != sizeBefore)
                calmSince = Stopwatch.GetTimestamp();
            var calm = Stopwatch.GetElapsedTime(calmSince);
            if (activity.IsHeldUp ? calm >= CalmOfVeryBusy && !activity.IsStuckSince(previous) : calm >= CalmOfBusy)
                return;
            await Task.Delay(Interval, cancelled);
        }
    }

    private long Size() =>
        ContainerLogs.Files(_context.Container, _context.Survey.Host.DataRoot).Sum(log => new FileInfo(log.Path) is { Exists: true } file ? file.Length : 0);
}
