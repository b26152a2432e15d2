using System.IO.Pipes;
using DockerMigrator.Criu.Tasks;
using DockerMigrator.Native.Exec;

namespace DockerMigrator.Memory.Tracking.SoftDirty;

/// <summary>
/// A process that outlives this one if it is killed while the container stands still, and lets the container go on
/// (<see cref="ThawHelper"/>). It is started when it is needed for the first time, and again if it is lost.
/// </summary>
/// <param name="command">Path of a program that is such a helper, and its arguments; null for no helper.</param>
public sealed class FreezeGuard(IReadOnlyList<string>? command) : IDisposable
{
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(1);

    private ChildProcess? _helper;
    private AnonymousPipeServerStream? _orders;

    /// <summary>Process id of the helper; null while there is none.</summary>
    public int? HelperPid => _helper?.Id;

    /// <summary>To be called before the container is frozen.</summary>
    /// <exception cref="IOException">There can be no helper.</exception>
    public void Arm()
    {
        if (command is null)
            return;
        if (_helper is null || _helper.TryWait() is not null)
        {
            Part();
            Start(command);
        }

        // It need not be running yet: what is in the pipe stays there.
        _orders!.WriteByte(ThawHelper.Armed);
    }

    /// <summary>To be called when the container goes on.</summary>
    public void Disarm()
    {
        try
        {
            _orders?.WriteByte(ThawHelper.Disarmed);
        }
        catch (IOException)
        {
            // The helper is lost, and with it what it was to do.
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Part();

    private void Start(IReadOnlyList<string> program)
    {
        _orders = new AnonymousPipeServerStream(PipeDirection.Out, HandleInheritability.None);
        // In a session of its own: no terminal's Ctrl-C is to reach it.
        _helper = ChildProcess.Start(
            program[0], [.. program.Skip(1)], new ChildProcessOptions { NewSession = true, Input = _orders.ClientSafePipeHandle });
        _orders.DisposeLocalCopyOfClientHandle();
    }

    private void Part()
    {
        _orders?.Dispose();
        for (var waited = TimeSpan.Zero; _helper is not null && waited < EndLimit; waited += TimeSpan.FromMilliseconds(1))
        {
            if (_helper.TryWait() is not null)
                break;
            Thread.Sleep(1);
        }

        (_helper, _orders) = (null, null);
    }
}
