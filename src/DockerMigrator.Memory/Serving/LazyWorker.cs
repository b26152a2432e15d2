using DockerMigrator.Memory.Lazy;
using DockerMigrator.Native.Restore;

namespace DockerMigrator.Memory.Serving;

/// <summary>
/// The process that delivers the memory of a lazy restore from beginning to end. If it cannot go on, it kills the container: the kernel
/// would give the rest of its memory as zeros, and nobody would notice.
/// </summary>
public sealed class LazyWorker : ILazyObserver
{
    private const long ReportInterval = 100;

    private readonly RestoreDirectory _restore;
    private readonly LazyDirectory _directory;
    private readonly ContainerInit _init;
    private LazyState _state;
    private long _reported;

    private LazyWorker(string containerId)
    {
        _restore = RestoreDirectory.For(containerId);
        _directory = LazyDirectory.For(containerId);
        _init = new ContainerInit(containerId);
        _state = new LazyState(containerId, Environment.ProcessId, LazyPhase.Waiting, 0, 0);
    }

    /// <summary>Serves; returns when there is nothing left to do.</summary>
    /// <param name="containerId">Docker's ID of the container.</param>
    /// <param name="pages">Directory of the pages, and of the plan when CRIU comes.</param>
    /// <returns>Whether all went well; if not, the directory tells why.</returns>
    public static bool Run(string containerId, string pages)
    {
        var worker = new LazyWorker(containerId);
        using var lease = worker._directory.Create(LazyDirectory.WorkerLeaseName);
        using var keeper = KeeperLink.Connect(worker._directory.Path, LazyDirectory.KeeperName);
        return worker.Run(pages, keeper);
    }

    /// <inheritdoc/>
    public bool IsRestoreExpected() =>
        Directory.Exists(_restore.Path) && _restore.Decision.Read() != Decision.Abort
        && (_restore.IsLeaseHeld || RestoreLease.IsHeld(_restore.File(RestoreDirectory.SupervisorName)));

    /// <inheritdoc/>
    public void Started(long total) => _state = _state with { Total = total, Remaining = total };

    /// <inheritdoc/>
    public void Restored()
    {
        // The restore directory goes when the migration is over.
        _state = _state with { Phase = LazyPhase.Serving, Init = _init.Pid };
        TryPublish(_state);
    }

    /// <inheritdoc/>
    public void Progressed(long remaining)
    {
        var now = Environment.TickCount64;
        if (now - _reported < ReportInterval)
            return;
        _reported = now;
        _state = _state with { Remaining = remaining };
        TryPublish(_state);
    }

    // What is told about the work must never end it: a full /run would.
    private void TryPublish(LazyState state)
    {
        try
        {
            _directory.Publish(state);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // "status" shows an older state.
        }
    }

    private bool Run(string pages, KeeperLink keeper)
    {
        LazyServer? server = null;
        var succeeded = false;
        try
        {
            _directory.Publish(_state);
            server = LazyServer.Open(pages, _restore.Work, this, keeper);
            server.Run();
            succeeded = true;
        }
        catch (Exception exception)
        {
            // Whatever it was: first of all nobody may run on without his memory.
            Fail(exception.Message);
        }

        server?.Dispose();
        if (succeeded)
            TryRemove();
        keeper.TakeLeave();
        return succeeded;
    }

    // The keeper may be gone.
    private void TryRemove()
    {
        try
        {
            _directory.Remove();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The keeper tries as well.
        }
    }

    private void Fail(string why)
    {
        var killed = _state.Phase == LazyPhase.Serving && _init.Kill();
        TryPublish(_state with
        {
            Phase = LazyPhase.Failed,
            Error = $"{why.TrimEnd('.')}.{(killed ? " The container was killed, as it could not go on without the rest of its memory." : "")}",
        });
    }
}
