using System.Globalization;
using DockerMigrator.Memory.Lazy;
using DockerMigrator.Native.Restore;
using DockerMigrator.Native.Tasks;

namespace DockerMigrator.Memory.Serving;

/// <summary>
/// The process that serves a lazy restore from beginning to end. If it cannot go on, it kills the container: the kernel would give the
/// rest of its memory as zeros, and nobody would notice.
/// </summary>
public sealed class LazyServing : ILazyObserver, IDisposable
{
    private const long ReportInterval = 100;

    private readonly RestoreDirectory _restore;
    private readonly LazyDirectory _directory;
    private LazyState _state;
    private ProcessHandle? _init;
    private long _reported;

    private LazyServing(string containerId)
    {
        _restore = RestoreDirectory.For(containerId);
        _directory = LazyDirectory.For(containerId);
        _state = new LazyState(containerId, Environment.ProcessId, LazyPhase.Waiting, 0, 0);
    }

    /// <summary>Serves; returns when there is nothing left to do.</summary>
    /// <param name="containerId">Docker's ID of the container.</param>
    /// <param name="pages">Directory of the pages, and of the plan when CRIU comes.</param>
    /// <returns>Whether all went well; if not, the directory tells why.</returns>
    public static bool Run(string containerId, string pages)
    {
        using var serving = new LazyServing(containerId);
        using var lease = serving._directory.Create();
        return serving.Run(pages);
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
        _init = OpenInit();
        _state = _state with { Phase = LazyPhase.Serving };
        _directory.Publish(_state);
    }

    /// <inheritdoc/>
    public void Progressed(long remaining)
    {
        var now = Environment.TickCount64;
        if (now - _reported < ReportInterval)
            return;
        _reported = now;
        _state = _state with { Remaining = remaining };
        _directory.Publish(_state);
    }

    /// <inheritdoc/>
    public void Dispose() => _init?.Dispose();

    private bool Run(string pages)
    {
        _directory.Publish(_state);
        LazyServer? server = null;
        try
        {
            server = LazyServer.Open(pages, _restore.Work, this);
            server.Run();
            _directory.Remove();
            return true;
        }
        catch (Exception exception)
        {
            // Whatever it was: first of all nobody may run on without his memory.
            Fail(exception.Message);
            return false;
        }
        finally
        {
            server?.Dispose();
        }
    }

    private void Fail(string why)
    {
        var killed = _state.Phase == LazyPhase.Serving && _init?.Kill() == true;
        _directory.Publish(_state with
        {
            Phase = LazyPhase.Failed,
            Error = $"{why.TrimEnd('.')}.{(killed ? " The container was killed, as it could not go on without the rest of its memory." : "")}",
        });
    }

    private ProcessHandle? OpenInit()
    {
        try
        {
            return ProcessHandle.TryOpen(int.Parse(File.ReadAllText(_restore.File(RestoreDirectory.PidName)), CultureInfo.InvariantCulture));
        }
        catch (Exception exception) when (exception is IOException or FormatException)
        {
            return null;
        }
    }
}
