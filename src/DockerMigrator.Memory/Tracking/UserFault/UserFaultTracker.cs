using DockerMigrator.Criu.Tasks;
using DockerMigrator.Memory.Tracking.Spaces;
using DockerMigrator.Native.Ptrace.Injection;
using DockerMigrator.Native.Tasks;

namespace DockerMigrator.Memory.Tracking.UserFault;

/// <summary>
/// Lets the kernel note writes by asynchronous write protection (userfaultfd, kernel 6.7 on). The processes stand still
/// for a fraction of a millisecond when they are seen for the first time, and never again.
/// </summary>
public sealed class UserFaultTracker : IDirtyTracker
{
    private readonly IInjector _injector;
    private readonly UserFaultSpaces _creation;
    private readonly AddressSpaces<UserFaultSpace> _spaces;
    private readonly UserFaultScanner _scanner = new();

    /// <summary>A tracker that reaches into processes by <paramref name="injector"/>, which it owns.</summary>
    public UserFaultTracker(IInjector injector)
    {
        _injector = injector;
        _creation = new UserFaultSpaces(injector, IsOurs);
        _spaces = new AddressSpaces<UserFaultSpace>(_creation.TryCreate);
    }

    /// <inheritdoc/>
    public string Name => TrackerNames.UserFault;

    /// <inheritdoc/>
    public TimeSpan LongestStop => _creation.LongestStop;

    /// <inheritdoc/>
    public Task<IReadOnlyList<PagesToSend>> ScanAsync(ContainerTasks tasks, CancellationToken cancellationToken) =>
        Task.Run(() => Scan(tasks, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public IReadOnlyList<PageRange> Take(PagesToSend piece) =>
        piece.Ranges.Count > 0 && _spaces.All.FirstOrDefault(space => space.Identity.Number == piece.Space) is { } space
            ? _scanner.Take(space, new PageRange(piece.Ranges[0].Start, piece.Ranges[^1].End))
            : [];

    /// <inheritdoc/>
    public FinalScan ScanFrozen(ContainerTasks tasks)
    {
        var dirty = new List<PagesToSend>();
        var layouts = new List<SpaceLayout>();
        foreach (var process in tasks.Processes)
        {
            if (!_spaces.TryFind(process, out var space))
                continue;
            var found = _scanner.ScanFrozen(space);
            if (found.Dirty.Count > 0)
                dirty.Add(space.ToSend(found.Dirty));
            if (found.Tracked.Count > 0)
                layouts.Add(space.ToLayout(process.Status.ContainerPid, found.Tracked, found.Present));
        }

        return new FinalScan(dirty, layouts);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _spaces.Dispose();
        _injector.Dispose();
    }

    private IReadOnlyList<PagesToSend> Scan(ContainerTasks tasks, CancellationToken cancellationToken)
    {
        var dirty = new List<PagesToSend>();
        _spaces.ForgetOthers(tasks);
        foreach (var process in tasks.Processes)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (_spaces.FindOrCreate(process) is not { } space)
                continue;
            var ranges = _scanner.Scan(space);
            if (ranges.Count > 0)
                dirty.Add(space.ToSend(ranges));
        }

        return dirty;
    }

    private bool IsOurs(int pid, int number) =>
        _spaces.All.Any(space => ProcessDescriptor.IsCopy(pid, number, space.Descriptor.Number));
}
