using DockerMigrator.Memory.Storing;
using DockerMigrator.Native.Files;
using DockerMigrator.Native.Sockets;
using DockerMigrator.Native.UserFaults;

namespace DockerMigrator.Memory.Lazy;

/// <summary>
/// Delivers stored memory to the processes of a container that CRIU restores with <c>--lazy-pages</c>: at once what a thread waits for,
/// in the background everything else. A page that has been delivered is given back to the system, so memory moves and does not double.
/// </summary>
/// <remarks>
/// One thread: the kernel wants its news taken in order, and copying is what takes the time. Nothing is delivered in the background
/// before CRIU says that the restore has succeeded, as until then the mappings are not where they belong.
/// </remarks>
public sealed class LazyServer : IDisposable
{
    private const int ExpectationInterval = 250;
    private const int RetryInterval = 1;
    private const ulong FaultLength = 16 * PageRange.PageSize;
    private const ulong ShortestChunk = 256 << 10;
    private const int MostPieces = 64;

    private readonly DescriptorSocket _listener;
    private readonly ILazyObserver _observer;
    private readonly PageDelivery _delivery = new();
    private readonly DescriptorPoll _poll = new();
    private readonly UserFaultEvent[] _events = new UserFaultEvent[16];
    private readonly Dictionary<uint, SharedPages> _pages = [];
    private readonly Dictionary<int, LazyTask> _tasks = [];
    private readonly string _directory;
    private readonly IFaultKeeper? _keeper;
    private readonly List<LazySpace> _spaces = [];
    private RestoreConnection? _connection;
    private bool _finished;
    private bool _stalled;
    private ulong _chunk = ShortestChunk;
    private int _next;
    private uint _slot;

    private LazyServer(DescriptorSocket listener, string directory, ILazyObserver observer, IFaultKeeper? keeper)
    {
        _listener = listener;
        _directory = directory;
        _observer = observer;
        _keeper = keeper;
    }

    /// <summary>Listens where CRIU will look.</summary>
    /// <param name="pages">
    /// Directory of the pages and their <see cref="LazyPlan"/>, both of which must be complete when CRIU comes. Once the container runs,
    /// it may be unmounted, lazily.
    /// </param>
    /// <param name="work">CRIU's work directory.</param>
    /// <param name="observer">Who wants to know.</param>
    /// <param name="keeper">Who holds the faults of all processes as well, in case that this process dies.</param>
    /// <exception cref="LazyServerException">Nothing can listen there.</exception>
    public static LazyServer Open(string pages, string work, ILazyObserver observer, IFaultKeeper? keeper = null)
    {
        var error = DescriptorSocket.Listen(work, RestoreConnection.SocketName, out var listener);
        if (error == Errno.None)
            return new LazyServer(listener, pages, observer, keeper);
        listener.Dispose();
        throw new LazyServerException($"Nothing can listen in {work} for the restore: {error.Describe()}.");
    }

    /// <summary>Serves until there is nothing left to do.</summary>
    /// <exception cref="Protocol.Errors.MigratorException">Pages cannot be delivered; processes may be waiting for them.</exception>
    public LazyOutcome Run()
    {
        while (!_finished || _spaces.Count > 0)
        {
            var busy = Listen();
            if (!_finished && _connection is null && !_observer.IsRestoreExpected())
                return LazyOutcome.CalledOff;
            if (_poll.IsReady(0) && !TryHear())
                return LazyOutcome.CalledOff;
            RetryPostponed();
            if (!_finished)
                continue;
            if (!busy)
                DeliverChunk();
            CloseSettled();
            _observer.Progressed(_spaces.Where(space => !space.IsFork).Sum(space => space.Outstanding.Bytes));
        }

        return LazyOutcome.Delivered;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // First the connection: CRIU must not take the end of the memory for its completion.
        _connection?.Dispose();
        _listener.Dispose();
        foreach (var space in _spaces)
            space.Dispose();
        foreach (var pages in _pages.Values)
            pages.Close();
        _delivery.Dispose();
    }

    // Waits for news, and takes what processes have to tell. Whether there was any.
    private bool Listen()
    {
        _poll.Clear();
        // The negative number of a closed connection is passed over by poll(2).
        _poll.Add(_finished ? -1 : _connection?.Number ?? _listener.Number);
        foreach (var space in _spaces)
            _poll.Add(space.Faults.Number);
        var wait = _stalled || _spaces.Exists(space => space.Postponed.Count > 0) ? RetryInterval : _finished ? 0 : ExpectationInterval;
        _stalled = false;
        if (!_poll.Wait(wait))
            return false;
        for (var i = _poll.Count - 2; i >= 0; i--)
        {
            if (_poll.IsReady(i + 1))
                HearProcess(_spaces[i]);
        }

        return true;
    }

    // False if the restore is over without success.
    private bool TryHear()
    {
        if (_connection is null)
        {
            if (_listener.Accept(out var connection) != Errno.None)
                return true;
            _connection = new RestoreConnection(connection);
            Prepare();
            return true;
        }

        var message = _connection.Read();
        switch (message.Kind)
        {
            case RestoreMessageKind.Process:
                AddProcess(message.ContainerPid, message.Faults!);
                return true;
            case RestoreMessageKind.Finished:
                _finished = true;
                _observer.Restored();
                return true;
            default:
                return message.Kind != RestoreMessageKind.End;
        }
    }

    private void Prepare()
    {
        LazyPlan plan;
        try
        {
            plan = LazyPlan.Read(_directory);
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            throw new LazyServerException($"It is not known which memory to deliver: {exception.Message}", exception);
        }

        foreach (var task in plan.Tasks)
        {
            _tasks.Add(task.ContainerPid, task);
            if (task.Ranges.Count > 0)
                _pages.Add(task.Space, new SharedPages(StoredSpace.Open(_directory, task.Space)));
        }

        _observer.Started(plan.Bytes);
    }

    private void AddProcess(int containerPid, UserFaultDescriptor faults)
    {
        var task = _tasks.GetValueOrDefault(containerPid);
        var hasPages = task is { Ranges.Count: > 0 };
        _spaces.Add(new LazySpace(
            _slot++, containerPid, faults, hasPages ? new OutstandingRanges(task!.Ranges) : new OutstandingRanges(), hasPages ? _pages[task!.Space] : null, isFork: false, _keeper));
    }

    private void HearProcess(LazySpace space)
    {
        if (space.IsGone || space.Faults.Read(_events, out var count) != Errno.None)
            return;
        foreach (ref readonly var message in _events.AsSpan(0, count))
        {
            switch (message.Kind)
            {
                case UserFaultEventKind.PageFault:
                    space.Postponed.Enqueue(message.FaultAddress & ~(ulong)(PageRange.PageSize - 1));
                    _chunk = ShortestChunk;
                    break;
                case UserFaultEventKind.Fork:
                    _spaces.Add(space.Fork(_slot++, new UserFaultDescriptor(new FileDescriptor(message.ForkedDescriptor))));
                    break;
                case UserFaultEventKind.Remap:
                    space.Move(message.Start, message.MovedTo, message.MovedLength);
                    break;
                case UserFaultEventKind.Remove or UserFaultEventKind.Unmap:
                    space.Settle(message.Start, message.End);
                    break;
                default:
                    throw new LazyServerException($"The kernel told something unknown about the container's memory ({message.Kind}).");
            }
        }
    }

    private void RetryPostponed()
    {
        foreach (var space in _spaces)
        {
            for (var left = space.Postponed.Count; left > 0 && space.Postponed.TryDequeue(out var address); left--)
            {
                if (AnswerFault(space, address) == DeliveryResult.Later)
                    space.Postponed.Enqueue(address);
            }
        }
    }

    private DeliveryResult AnswerFault(LazySpace space, ulong address)
    {
        if (!space.Outstanding.TryFind(address, out var range))
            return Note(space, PageDelivery.DeliverZero(space, address));
        var piece = range.From(address);
        if (piece.Bytes > (long)FaultLength)
            piece = piece.UpTo(address + FaultLength);
        space.Cursor = piece.End;
        return Note(space, _delivery.Deliver(space, piece));
    }

    // A chunk for one process, the next one's turn is next.
    private void DeliverChunk()
    {
        for (var i = 0; i < _spaces.Count; i++)
        {
            _next = (_next + 1) % _spaces.Count;
            if (_spaces[_next].Outstanding.IsEmpty)
                continue;
            DeliverChunk(_spaces[_next]);
            _chunk = Math.Min(_chunk * 2, PageDelivery.LongestChunk);
            return;
        }
    }

    private void DeliverChunk(LazySpace space)
    {
        var budget = _chunk;
        for (var pieces = 0; pieces < MostPieces && budget > 0; pieces++)
        {
            if (!space.Outstanding.TryFindNext(space.Cursor, out var range))
            {
                // Round again.
                space.Cursor = 0;
                if (!space.Outstanding.TryFindNext(0, out range))
                    return;
            }

            if (range.Start < space.Cursor)
                range = range.From(space.Cursor);
            if ((ulong)range.Bytes > budget)
                range = range.UpTo(range.Start + budget);
            space.Cursor = range.End;
            var result = Note(space, _delivery.Deliver(space, range));
            _stalled = result == DeliveryResult.Later;
            if (result != DeliveryResult.Settled)
                return;
            budget -= (ulong)range.Bytes;
        }
    }

    private static DeliveryResult Note(LazySpace space, DeliveryResult result)
    {
        if (result == DeliveryResult.Gone)
        {
            space.MarkGone();
            space.Postponed.Clear();
        }

        return result;
    }

    private void CloseSettled()
    {
        for (var i = _spaces.Count - 1; i >= 0; i--)
        {
            if (!_spaces[i].Outstanding.IsEmpty)
                continue;
            _spaces[i].Dispose();
            _spaces.RemoveAt(i);
        }
    }
}
