using System.Net.Sockets;
using DockerMigrator.Protocol;

namespace DockerMigrator.Migration.Transport;

/// <summary>A connected Unix socket, or a TLS stream over a TCP one.</summary>
/// <param name="peer">Who is at the other end, for messages to people.</param>
/// <param name="stream">The bytes; owned.</param>
public sealed class SocketChannel(string peer, Stream stream) : IByteChannel
{
    /// <inheritdoc/>
    public string Peer => peer;

    /// <inheritdoc/>
    public Stream Input => stream;

    /// <inheritdoc/>
    public Stream Output => stream;

    /// <summary>Connects to a Unix socket.</summary>
    /// <exception cref="ConnectException">Nobody listens there.</exception>
    public static async Task<SocketChannel> OpenUnixAsync(string path, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken);
            return new SocketChannel(path, new NetworkStream(socket, ownsSocket: true));
        }
        catch (Exception e)
        {
            socket.Dispose();
            if (e is SocketException)
                throw new ConnectException($"No agent listens on {path} ({e.Message}).", e);
            throw;
        }
    }

    /// <inheritdoc/>
    public ValueTask<string?> ExplainEndAsync() => ValueTask.FromResult<string?>(null);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => stream.DisposeAsync();
}
