using System.Diagnostics;
using DockerMigrator.Criu.Tasks;
using DockerMigrator.Memory;
using DockerMigrator.Memory.Frozen;
using DockerMigrator.Memory.Reading;
using DockerMigrator.Memory.Sharing;
using DockerMigrator.Memory.Tracking;
using DockerMigrator.Migration.Reporting;
using DockerMigrator.Migration.Transport.Data;
using DockerMigrator.Migration.Wire;
using DockerMigrator.Protocol.Convergence;
using DockerMigrator.Protocol.Messages;

namespace DockerMigrator.Migration.Source;

/// <summary>The container's memory, with what was sent of it and what is yet to be sent.</summary>
public sealed class SourceMemory(SourceContext context, IDirtyTracker tracker) : IPageWitness, IDisposable
{
    // Hashes of 8 GiB of pages: a part of what this program may take, however large a container is.
    private const long MostBytesOfHashes = 32 << 20;

    private readonly SentPages? _sent = tracker.KnowsContent ? null : new SentPages(MostBytesOfHashes);

    // Those that tell how it goes on: a container that was slowed down is judged anew.
    private readonly List<Round> _rounds = [];
    private readonly List<ReportedRound> _reported = [];
    private readonly HashSet<int> _untrackable = [];
    private readonly SharedMemory _shared = new();
    private IReadOnlyList<PagesToSend> _pending = [];
    private long _scanned;

    /// <summary>The tracker's name.</summary>
    public string Tracker => tracker.Name;

    /// <summary>Direct connections for pages; null if they go through the connection to the agent.</summary>
    public DataConnections? Data { get; set; }

    /// <summary>How CRIU was kept from dumping what was sent; null before the dump.</summary>
    public DumpMethod? Dump { get; set; }

    /// <summary>Number of rounds that were sent.</summary>
    public int Count => _reported.Count;

    /// <summary>How long the last round took.</summary>
    public TimeSpan LastRound => _rounds[^1].Elapsed;

    /// <summary>How long it would take to send what is left if the container were frozen now.</summary>
    public TimeSpan PredictedDowntime => ConvergencePredicate.PredictDowntime(_rounds, PendingBytes);

    /// <summary>Bytes of memory that the last scan found and that are not sent yet.</summary>
    public long PendingBytes => Bytes(_pending);

    /// <summary>Finds out what changed since the last scan. What the scan before found must have been sent.</summary>
    public async Task ScanAsync(CancellationToken cancelled)
    {
        _scanned = Stopwatch.GetTimestamp();
        context.EnsureRuns();
        var tasks = ContainerTasks.Read(context.Container.Pid, context.Cgroup.Freezer);
        _untrackable.UnionWith(tasks.Processes.Select(process => process.Pid).Where(DirectInput.IsUsedBy));
        _pending = [.. await tracker.ScanAsync(Trackable(tasks), cancelled), .. await ScanSharedAsync(tasks, cancelled)];
    }

    /// <summary>What follows from the last scan.</summary>
    public PreCopyDecision Decide(ConvergenceLimits limits) =>
        ConvergencePredicate.Decide(limits with { MaxRounds = limits.MaxRounds - (Count - _rounds.Count) }, _rounds, PendingBytes);

    /// <summary>The container was slowed down: how it was before tells only how fast the link is.</summary>
    public void JudgeAnew() => _rounds.RemoveRange(0, _rounds.Count - 1);

    /// <summary>Sends what the last scan found, while the container runs.</summary>
    public async Task SendPendingAsync(CancellationToken cancelled)
    {
        var pages = _pending;
        _pending = [];
        var read = 0L;
        var pieces = PageBatches.Cut(pages, PageBatches.PieceBytes).Select(piece =>
        {
            var taken = piece.Segment is null ? piece with { Ranges = tracker.Take(piece) } : piece;
            read += Bytes(taken);
            return taken;
        });
        var round = await SendAsync(Bytes(pages), pieces, [], [], isLast: false, cancelled);
        _rounds.Add(round);
        Report(round, read);
    }

    /// <summary>The last scan, of the frozen container.</summary>
    public FrozenMemory ScanFrozen()
    {
        _scanned = Stopwatch.GetTimestamp();
        var tasks = ContainerTasks.Read(context.Container.Pid, context.Cgroup.Freezer);
        return FrozenMemory.Of(tracker.ScanFrozen(Trackable(tasks)), _pending, tasks, _shared.Hidden, context.DumpMethod);
    }

    /// <summary>Sends what is left, and what the target is to make of all of it. Only here shared memory is looked at, which takes its time.</summary>
    public async Task SendFrozenAsync(FrozenMemory memory, CancellationToken cancelled)
    {
        var shared = await _shared.ScanFrozenAsync(memory.Tasks, cancelled);
        IReadOnlyList<PagesToSend> pages = [.. memory.Pages, .. shared.Dirty];
        Report(await SendAsync(Bytes(pages), PageBatches.Cut(pages, PageBatches.PieceBytes), memory.Layouts, shared.Layouts, isLast: true, cancelled), Bytes(pages));
    }

    /// <summary>What of the frozen container has yet to be sent, as CRIU left out more than it was to.</summary>
    /// <param name="memory">The last scan, which was sent.</param>
    /// <param name="dump">What CRIU wrote.</param>
    public FrozenMemory FindMissing(FrozenMemory memory, IReadOnlyList<DumpedPages> dump)
    {
        _scanned = Stopwatch.GetTimestamp();
        return memory.Missing(dump, ContainerTasks.Read(context.Container.Pid, context.Cgroup.Freezer));
    }

    /// <inheritdoc/>
    public void Reading(uint space, PageRange range)
    {
        if (!SegmentLayout.IsSegment(space))
            (tracker as IPageWitness)?.Reading(space, range);
    }

    /// <inheritdoc/>
    public void Read(uint space, PageRange range, ReadOnlySpan<byte> content)
    {
        if (SegmentLayout.IsSegment(space))
            _shared.Read(space, range, content);
        else
            (tracker as IPageWitness)?.Read(space, range, content);
    }

    /// <summary>What the report says of it.</summary>
    public ReportedMemory Report() => new("pre-copy", Tracker, Math.Round(tracker.LongestStop.TotalMilliseconds, 3), Dump, _reported);

    /// <summary>Lets go of the container's processes.</summary>
    public void Dispose()
    {
        tracker.Dispose();
        _shared.Dispose();
        Data?.Dispose();
    }

    private static long Bytes(IReadOnlyList<PagesToSend> pages) => pages.Sum(Bytes);

    private static long Bytes(PagesToSend pages) => pages.Ranges.Sum(range => range.Bytes);

    // Only the page filter keeps CRIU from dumping shared memory.
    private async Task<IReadOnlyList<PagesToSend>> ScanSharedAsync(ContainerTasks tasks, CancellationToken cancelled) =>
        context.DumpMethod == DumpMethod.PageFilter ? await _shared.ScanAsync(tasks, cancelled) : [];

    private ContainerTasks Trackable(ContainerTasks tasks) =>
        tasks with { Processes = [.. tasks.Processes.Where(process => !_untrackable.Contains(process.Pid))] };

    // Whose content changes while others are sent is sent as well, so that more may be read than the scan has found.
    private void Report(Round round, long read) =>
        _reported.Add(new ReportedRound(read, round.EqualBytes, round.SentBytes, Math.Round(round.Elapsed.TotalMilliseconds, 3)));

    private async Task<Round> SendAsync(
        long bytes, IEnumerable<PagesToSend> pieces, IReadOnlyList<SpaceLayout> layouts, IReadOnlyList<SegmentLayout> segments, bool isLast, CancellationToken cancelled)
    {
        var sent = 0L;
        var equal = _sent?.EqualBytes ?? 0;
        var start = Stopwatch.GetTimestamp();
        void Count(long written) => context.Clock.Count("memory", written);
        if (Data is null)
        {
            await context.Agent.AskAsync<Received>(
                new ReceivePages(bytes, isLast, OnDataConnections: false),
                async stream => sent = await PageSender.SendAsync([stream], pieces, layouts, segments, isLast, this, _sent, context.Options.Compression, Count, cancelled), null, cancelled);
        }
        else
        {
            await context.Agent.AskAsync<Received>(
                new ReceivePages(bytes, isLast, OnDataConnections: true),
                async _ => sent = await SendOnDataConnectionsAsync(Data, pieces, layouts, segments, isLast, Count, cancelled),
                null, cancelled);
        }

        return new Round(bytes, sent, Stopwatch.GetElapsedTime(_scanned), Stopwatch.GetElapsedTime(start)) { EqualBytes = (_sent?.EqualBytes ?? 0) - equal };
    }

    // Whatever goes wrong, the connections are closed: neither side may be left waiting for the other one.
    private async Task<long> SendOnDataConnectionsAsync(
        DataConnections data, IEnumerable<PagesToSend> pieces, IReadOnlyList<SpaceLayout> layouts, IReadOnlyList<SegmentLayout> segments, bool isLast, Action<long> count, CancellationToken cancelled)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancelled, context.Agent.Lost);
        await using var close = stop.Token.Register(data.Dispose);
        try
        {
            return await PageSender.SendAsync(data.Streams, pieces, layouts, segments, isLast, this, _sent, context.Options.Compression, count, stop.Token);
        }
        catch (Exception e)
        {
            data.Dispose();
            cancelled.ThrowIfCancellationRequested();
            // The agent hangs up when something goes wrong there, and its answer tells what; or it is lost, and the link tells why.
            if (e is IOException or ObjectDisposedException or OperationCanceledException)
                throw new BulkRefusedException();
            throw;
        }
    }
}
