using System.Buffers.Binary;
using DockerMigrator.Memory.Lazy;
using DockerMigrator.Native.Exec;
using DockerMigrator.Native.Files;
using DockerMigrator.Native.Sockets;

namespace DockerMigrator.Memory.Serving;

/// <summary>
/// The process that does nothing but hold what must not be let go of: the faults of all processes that lack memory. It starts the worker,
/// and if that dies before its time, kills the container while its threads still wait, instead of letting them find zeros.
/// </summary>
public sealed class LazyKeeper : IDisposable
{
    /// <summary>The program's command for the worker.</summary>
    public const string WorkerCommandName = "lazy-work";

    private const int Patience = 100;

    private readonly LazyDirectory _directory;
    private readonly DescriptorSocket _listener;
    private readonly Dictionary<uint, FileDescriptor> _held = [];

    private LazyKeeper(LazyDirectory directory)
    {
        _directory = directory;
        var error = DescriptorSocket.Listen(directory.Path, LazyDirectory.KeeperName, out _listener);
        if (error != Errno.None)
            throw new LazyServerException($"Nothing can listen in {directory.Path}: {error.Describe()}.");
    }

    /// <summary>Keeps until there is nothing left to do.</summary>
    /// <param name="program">This program's path.</param>
    /// <param name="containerId">Docker's ID of the container.</param>
    /// <param name="pages">Directory of the pages.</param>
    /// <returns>Whether all went well; if not, the directory tells why.</returns>
    public static bool Run(string program, string containerId, string pages)
    {
        var directory = LazyDirectory.For(containerId);
        // What is left of an earlier one, or of a failure.
        directory.Remove();
        using var lease = directory.Create(LazyDirectory.LeaseName);
        using var keeper = new LazyKeeper(directory);
        return keeper.Run(ChildProcess.Start(program, [WorkerCommandName, containerId, pages], new ChildProcessOptions()));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _listener.Dispose();
        foreach (var faults in _held.Values)
            faults.Dispose();
    }

    private bool Run(ChildProcess worker)
    {
        if (WaitForWorker(worker) && Listen())
            return worker.Wait() == 0;

        // Threads wait as long as this process holds on.
        var killed = new ContainerInit(_directory.ContainerId).Kill();
        _directory.Publish(_directory.ReadOrNew() with
        {
            Phase = LazyPhase.Failed,
            Error = "The process that delivered the container's memory was killed."
                + (killed ? " The container was killed, too, as it could not go on without the rest of its memory." : ""),
        });
        return false;
    }

    private bool WaitForWorker(ChildProcess worker)
    {
        var poll = new DescriptorPoll();
        poll.Add(_listener.Number);
        while (!poll.Wait(Patience))
        {
            if (worker.TryWait() is not null)
                return false;
        }

        return true;
    }

    // Until the worker's end; whether it took leave.
    private bool Listen()
    {
        if (_listener.Accept(out var link) != Errno.None)
            return false;
        using (link)
        {
            var farewell = false;
            Span<byte> message = stackalloc byte[KeeperLink.MessageLength];
            while (link.Receive(message, out var count, out var descriptor) == Errno.None && count == message.Length)
            {
                var slot = BinaryPrimitives.ReadUInt32LittleEndian(message[1..]);
                switch ((KeeperMessageKind)message[0])
                {
                    case KeeperMessageKind.Hold when descriptor is not null:
                        _held[slot] = descriptor;
                        break;
                    case KeeperMessageKind.Release when _held.Remove(slot, out var faults):
                        faults.Dispose();
                        break;
                    case KeeperMessageKind.Farewell:
                        farewell = true;
                        break;
                }
            }

            return farewell;
        }
    }
}
