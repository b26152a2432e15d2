using System.IO.Pipes;
using DockerMigrator.FileSync.Errors;
using DockerMigrator.FileSync.Receiving;
using DockerMigrator.FileSync.Sending;
using DockerMigrator.FileSync.Trees;

namespace DockerMigrator.FileSync.Drivers;

/// <summary>A pass from a tree of this host to another one.</summary>
internal static class LocalCopy
{
    /// <summary>Sends and receives at once.</summary>
    /// <param name="source">What to send; stays the caller's.</param>
    /// <param name="target">Where to; stays the caller's.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="TreeException">One cannot be read or the other not be written.</exception>
    public static async Task RunAsync(IChangeSource source, TreeRoot target, CancellationToken cancellationToken)
    {
        using var writing = new AnonymousPipeServerStream(PipeDirection.Out);
        using var reading = new AnonymousPipeClientStream(PipeDirection.In, writing.ClientSafePipeHandle);
        var sending = Task.Run(
            () =>
            {
                using (writing)
                    new TreeSender(source).Send(writing, Pass.Live, cancellationToken);
            },
            CancellationToken.None);
        var receiving = Task.Run(
            () =>
            {
                using (reading)
                    TreeReceiver.Receive(reading, target, cancellationToken);
            },
            CancellationToken.None);

        // If one fails, the other loses its partner and ends, too: it is the first one's reason that counts.
        var first = await Task.WhenAny(sending, receiving);
        await (first == sending ? receiving : sending).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        await first;
        await Task.WhenAll(sending, receiving);
    }
}
