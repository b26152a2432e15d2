using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;

namespace DockerMigrator.FileSync.Receiving;

/// <summary>
/// Does pieces of work on some threads, in no order. The first failure ends it all and is thrown to whoever gives it work or waits.
/// The threads start with the first piece of work; one processor of two is left for reading, and more threads would wait for each other's
/// directories.
/// </summary>
internal sealed class WritePool : IDisposable
{
    private const int Batches = 4;

    // Small pieces of work are handed over together, as waking a thread costs as much as one of them. What waits to be handed over holds
    // received blocks, of which there are few.
    private const int BatchJobs = 32;
    private const long BatchBytes = 256 * 1024;

    private static readonly int Threads = Math.Clamp(Environment.ProcessorCount / 2, 1, 4);

    private readonly BlockingCollection<List<IWriteJob>> _jobs = new(Batches);
    private readonly List<Thread> _threads = [];
    private readonly object _lock = new();
    private List<IWriteJob> _batch = [];
    private long _batchBytes;
    private int _pending;
    private volatile ExceptionDispatchInfo? _failure;

    /// <summary>Has a piece of work done, soon; waits if there is too much to do already.</summary>
    /// <param name="job">The work.</param>
    /// <param name="bytes">How much it holds.</param>
    public void Run(IWriteJob job, long bytes)
    {
        if (_failure is not null)
        {
            job.Abandon();
            _failure.Throw();
        }

        _batch.Add(job);
        // A few bytes hold a whole block, too.
        _batchBytes += bytes > 0 ? Math.Max(bytes, BatchBytes / 8) : 0;
        if (_batch.Count >= BatchJobs || _batchBytes >= BatchBytes)
            HandOver();
    }

    /// <summary>Waits until all is done.</summary>
    public void Drain()
    {
        HandOver();
        lock (_lock)
        {
            while (Volatile.Read(ref _pending) > 0)
                Monitor.Wait(_lock);
        }

        _failure?.Throw();
    }

    /// <summary>Lets go of what is not done yet.</summary>
    public void Dispose()
    {
        _failure ??= ExceptionDispatchInfo.Capture(new OperationCanceledException());
        _batch.ForEach(Do);
        _jobs.CompleteAdding();
        _threads.ForEach(thread => thread.Join());
        _jobs.Dispose();
    }

    private void HandOver()
    {
        if (_batch.Count == 0)
            return;
        Interlocked.Increment(ref _pending);
        _jobs.Add(_batch);
        (_batch, _batchBytes) = ([], 0);
        if (_threads.Count < Threads)
            Start();
    }

    private void Start()
    {
        var thread = new Thread(Work) { IsBackground = true, Name = "file writer" };
        _threads.Add(thread);
        thread.Start();
    }

    private void Work()
    {
        foreach (var batch in _jobs.GetConsumingEnumerable())
        {
            batch.ForEach(Do);
            if (Interlocked.Decrement(ref _pending) > 0)
                continue;
            lock (_lock)
                Monitor.PulseAll(_lock);
        }
    }

    private void Do(IWriteJob job)
    {
        try
        {
            if (_failure is null)
                job.Run();
            else
                job.Abandon();
        }
        catch (Exception e)
        {
            _failure ??= ExceptionDispatchInfo.Capture(e);
        }
    }
}
