using System.Net.Security;
using System.Net.Sockets;

namespace DockerMigrator.Migration.Transport.Data;

/// <summary>
/// TLS over a socket whose reader and writer wait in the kernel. One asynchronous call, even for connecting, would make .NET watch the socket for
/// good: from then on each piece that arrives wakes a thread of .NET's, which wakes the one that waits for it.
/// On busy processors that was a third of what the whole tool took.
/// </summary>
internal static class WaitingSocket
{
    /// <summary>Connects and shakes hands, on a thread of its own.</summary>
    /// <param name="socket">Not used asynchronously before; taken over.</param>
    /// <param name="connect">Connects it, if it is not.</param>
    /// <param name="authenticate">Shakes hands.</param>
    /// <param name="patience">Ends it.</param>
    /// <exception cref="OperationCanceledException">It took too long.</exception>
    public static Task<SslStream> SecureAsync(Socket socket, Action<Socket> connect, Action<SslStream> authenticate, CancellationToken patience) =>
        Task.Factory.StartNew(() => Secure(socket, connect, authenticate, patience), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static SslStream Secure(Socket socket, Action<Socket> connect, Action<SslStream> authenticate, CancellationToken patience)
    {
        try
        {
            // What waits in the kernel is woken by losing the socket.
            using (patience.Register(socket.Dispose))
            {
                socket.NoDelay = true;
                connect(socket);
                KeepAlive.Enable(socket);
                var stream = new SslStream(new GatheringStream(new NetworkStream(socket, ownsSocket: true)));
                authenticate(stream);
                patience.ThrowIfCancellationRequested();
                return stream;
            }
        }
        catch (Exception e)
        {
            socket.Dispose();
            if (patience.IsCancellationRequested)
                throw new OperationCanceledException(e.Message, e, patience);
            throw;
        }
    }
}
