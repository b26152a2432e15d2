using DockerMigrator.Memory.Lazy;
using DockerMigrator.Native.Exec;
using DockerMigrator.Native.Restore;

namespace DockerMigrator.Memory.Serving;

/// <summary>Starts and ends the process that serves a lazy restore. It outlives whoever starts it.</summary>
public static class LazyServerProcess
{
    /// <summary>The program's command for it.</summary>
    public const string CommandName = "lazy-serve";

    private const string LogName = "lazy-server.log";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(1);

    /// <summary>
    /// Starts the server of a container's restore and waits until CRIU can find it. The restore directory must exist, with its lease
    /// held; the plan need not be there yet: the server reads it when CRIU comes.
    /// </summary>
    /// <param name="program">This program's path.</param>
    /// <param name="containerId">Docker's ID of the container.</param>
    /// <param name="pages">Directory of the pages.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="LazyServerException">It did not come up.</exception>
    public static async Task StartAsync(string program, string containerId, string pages, CancellationToken cancellationToken)
    {
        var work = RestoreDirectory.For(containerId).Work;
        try
        {
            var child = ChildProcess.Start(
                program, [CommandName, containerId, pages], new ChildProcessOptions { NewSession = true, OutputFile = Path.Combine(work, LogName) });
            var until = Environment.TickCount64 + (long)Patience.TotalMilliseconds;
            while (!File.Exists(Path.Combine(work, RestoreConnection.SocketName)))
            {
                if (child.TryWait() is { } code)
                    throw new LazyServerException(LazyDirectory.For(containerId).Read()?.Error ?? $"The process that is to deliver the container's memory ended at once, with status {code}.");
                if (Environment.TickCount64 > until)
                    throw new LazyServerException("The process that is to deliver the container's memory did not come up.");
                await Task.Delay(PollInterval, cancellationToken);
            }
        }
        catch (IOException exception)
        {
            throw new LazyServerException($"The process that is to deliver the container's memory cannot be started: {exception.Message}", exception);
        }
    }
}
