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
    private const int Longest = 256;

    private static readonly int Threads = Math.Clamp(Environment.ProcessorCount / 2, 1, 4);

    private readonly BlockingCollection<IWriteJob> _jobs = new(Longest);
    private readonly List<Thread> _threads = [];
    private readonly object _lock = new();
    private int _pending;
    private volatile ExceptionDispatchInfo? _failure;

    /// <summary>Has a piece of work done, soon; waits if there is too much to do already.</summary>
    public void Run(IWriteJob job)
    {
        if (_failure is not null)
        {
            job.Abandon();
            _failure.Throw();
        }

        Interlocked.Increment(ref _pending);
        _jobs.Add(job);
        if (_threads.Count < Threads)
            Start();
    }

    /// <summary>Waits until all is done.</summary>
    public void Drain()
    {
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
        _jobs.CompleteAdding();
        _threads.ForEach(thread => thread.Join());
        _jobs.Dispose();
    }

    private void Start()
    {
        var thread = new Thread(Work) { IsBackground = true, Name = "file writer" };
        _threads.Add(thread);
        thread.Start();
    }

    private void Work()
    {
        foreach (var job in _jobs.GetConsumingEnumerable())
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

            if (Interlocked.Decrement(ref _pending) > 0)
                continue;
            lock (_lock)
                Monitor.PulseAll(_lock);
        }
    }
}
