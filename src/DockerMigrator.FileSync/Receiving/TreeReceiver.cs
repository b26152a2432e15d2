using DockerMigrator.FileSync.Errors;

namespace DockerMigrator.FileSync.Receiving;

/// <summary>
/// Writes what a <see cref="Sending.TreeSender"/> sent. The stream counts as hostile: whatever it says, nothing outside the root is
/// read or written, and memory stays bounded.
/// </summary>
public static class TreeReceiver
{
    /// <summary>Takes one pass from the stream, exactly to its end mark, and writes it below the root.</summary>
    /// <exception cref="TreeException">The stream is damaged or has forbidden contents, or something cannot be written.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static TreeStats Receive(Stream stream, TreeRoot root, CancellationToken cancellationToken = default)
    {
        using var run = new ReceiverRun(stream, root, cancellationToken);
        return run.Receive();
    }
}
