using System.Runtime.InteropServices;

namespace DockerMigrator.Cli.Terminal;

/// <summary>
/// Ctrl-C and its relatives as a cancellation: never an end in the middle of something. SIGHUP counts too, as a closed
/// terminal must not leave a container paused.
/// </summary>
internal sealed class StopSignals : IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private readonly List<PosixSignalRegistration> _registrations = [];

    public StopSignals(Action? onFirst = null)
    {
        foreach (var signal in new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP })
        {
            _registrations.Add(PosixSignalRegistration.Create(signal, context =>
            {
                context.Cancel = true;
                if (_source.IsCancellationRequested)
                    return;
                onFirst?.Invoke();
                _source.Cancel();
            }));
        }
    }

    public CancellationToken Token => _source.Token;

    public void Dispose()
    {
        _registrations.ForEach(registration => registration.Dispose());
        _source.Dispose();
    }
}
