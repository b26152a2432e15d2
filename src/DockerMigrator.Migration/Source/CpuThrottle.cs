using System.Diagnostics;
using System.Text.Json.Nodes;
using DockerMigrator.Criu.Errors;
using DockerMigrator.Criu.Tasks;
using DockerMigrator.Migration.Journals;

namespace DockerMigrator.Migration.Source;

/// <summary>Slows a container down step by step, so that its memory can be sent faster than it changes it. Every step halves what it gets.</summary>
public sealed class CpuThrottle
{
    // Below this a program hardly moves; if that does not help, nothing will.
    private const double Least = 0.02;

    private readonly CpuQuota _quota;
    private readonly CpuUsage _meter;
    private readonly Journal _journal;
    private readonly string _original;
    private double _processors;
    private TimeSpan _usage;
    private long _since = Stopwatch.GetTimestamp();

    private CpuThrottle(CpuQuota quota, CpuUsage meter, Journal journal)
    {
        _quota = quota;
        _meter = meter;
        _journal = journal;
        _original = quota.Read();
        _usage = meter.Read() ?? TimeSpan.Zero;
    }

    /// <summary>Begins to watch how much the container takes; null where it cannot be limited.</summary>
    public static CpuThrottle? TryCreate(ContainerCgroup cgroup, Journal journal) =>
        CpuQuota.Find(cgroup) is { } quota && CpuUsage.Find(cgroup) is { } meter ? new CpuThrottle(quota, meter, journal) : null;

    /// <summary>Gives it half of what it took since the last step.</summary>
    /// <returns>What it gets now, in processors; null if there is nothing left to take away.</returns>
    public double? Tighten()
    {
        var usage = _meter.Read() ?? TimeSpan.Zero;
        var taken = (usage - _usage) / Stopwatch.GetElapsedTime(_since);
        (_usage, _since) = (usage, Stopwatch.GetTimestamp());
        if (_processors == 0)
            _journal.Append(JournalSteps.Throttle, new JsonObject { ["cgroup"] = _quota.Directory, ["limit"] = _original });
        else if (_processors <= Least)
            return null;
        _processors = Math.Max(Least, (_processors == 0 ? taken : Math.Min(taken, _processors)) / 2);
        _quota.Limit(_processors);
        return _processors;
    }

    /// <summary>Puts the limit back that a migration changed, from its journal alone; nothing happens if it changed none.</summary>
    /// <exception cref="CriuException">The kernel refused.</exception>
    public static void Undo(Journal journal)
    {
        // A container that is gone has no limit to put back.
        if (journal.Find(JournalSteps.Throttle) is { } record && CpuQuota.TryOpen(record.Text("cgroup")) is { } quota)
            quota.Restore(record.Text("limit"));
    }
}
