using System.Diagnostics;
using DockerMigrator.Migration.Source;

namespace DockerMigrator.Migration.Reporting;

/// <summary>Times phases and the downtime, and tells the observer.</summary>
/// <param name="observer">Told as things happen.</param>
/// <param name="limit">Holds back what is sent while the container runs; null for no limit.</param>
/// <param name="cancelled">Ends the holding back.</param>
public sealed class PhaseClock(IMigrationObserver observer, RateLimit? limit = null, CancellationToken cancelled = default)
{
    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly List<ReportedPhase> _phases = [];
    private readonly Dictionary<string, long> _bytes = [];
    private readonly List<string> _warnings = [];
    private long? _frozenAt;
    private TimeSpan? _downtime;

    /// <summary>The phases that are over.</summary>
    public IReadOnlyList<ReportedPhase> Phases => _phases;

    /// <summary>Bytes sent by kind.</summary>
    public IReadOnlyDictionary<string, long> Bytes => _bytes;

    /// <summary>What the user was warned of.</summary>
    public IReadOnlyList<string> Warnings => _warnings;

    /// <summary>Since the migration began.</summary>
    public TimeSpan Total => Stopwatch.GetElapsedTime(_started);

    /// <summary>How long the container stood still; null if it never did.</summary>
    public TimeSpan? Downtime => _downtime;

    /// <summary>Runs the work of a phase and times it.</summary>
    /// <param name="phase">Its name.</param>
    /// <param name="sentence">What happens in it.</param>
    /// <param name="work">Returns what came of it, for people.</param>
    public async Task RunAsync(string phase, string sentence, Func<Task<string>> work)
    {
        observer.PhaseStarted(phase, sentence);
        var begin = Stopwatch.GetTimestamp();
        var result = "";
        try
        {
            result = await work();
        }
        finally
        {
            var took = Stopwatch.GetElapsedTime(begin);
            _phases.Add(new ReportedPhase(phase, Math.Round(took.TotalMilliseconds, 3)));
            observer.PhaseEnded(phase, took, result);
        }
    }

    /// <summary>
    /// Counts bytes of a kind that have gone out, and holds the sender back if there is a limit; but not in the freeze, where time
    /// is what counts.
    /// </summary>
    public void Count(string kind, long bytes)
    {
        lock (_bytes)
            _bytes[kind] = _bytes.GetValueOrDefault(kind) + bytes;
        observer.Sent(bytes);
        if (limit is not null && _frozenAt is null && limit.Spend(bytes) is { } wait && wait > TimeSpan.Zero)
            cancelled.WaitHandle.WaitOne(wait);
    }

    /// <summary>Warns the user, now and in the report.</summary>
    public void Warn(string sentence)
    {
        _warnings.Add(sentence);
        observer.Warn(sentence);
    }

    /// <summary>The freeze is requested: the downtime begins.</summary>
    public void Frozen() => _frozenAt ??= Stopwatch.GetTimestamp();

    /// <summary>The freeze was taken back at once, to be tried again: it does not count.</summary>
    public void Thawed() => _frozenAt = null;

    /// <summary>The container is known to run again: the downtime ends, or ended this long ago.</summary>
    public void Running(TimeSpan ago = default)
    {
        if (_frozenAt is { } at && Stopwatch.GetElapsedTime(at) is var passed)
            _downtime ??= passed > ago ? passed - ago : TimeSpan.Zero;
    }
}
