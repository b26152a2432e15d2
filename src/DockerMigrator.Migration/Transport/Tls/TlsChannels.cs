using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using DockerMigrator.Protocol;

namespace DockerMigrator.Migration.Transport.Tls;

/// <summary>Channels over mutual TLS 1.3.</summary>
public static class TlsChannels
{
    private static readonly TimeSpan HandshakeLimit = TimeSpan.FromSeconds(15);

    /// <summary>Connects to a listening agent.</summary>
    /// <exception cref="ConnectException">Nobody listens, or one side does not trust the other.</exception>
    public static async Task<IByteChannel> OpenAsync(Destination.Tls destination, TlsIdentity identity, CancellationToken cancellationToken)
    {
        var client = new TcpClient();
        try
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            patience.CancelAfter(HandshakeLimit);
            await client.ConnectAsync(destination.HostName, destination.Port, patience.Token);
            client.NoDelay = true;
            var stream = new SslStream(client.GetStream());
            await stream.AuthenticateAsClientAsync(identity.ClientOptions(destination.HostName), patience.Token);
            return new SocketChannel(destination.HostName, stream);
        }
        catch (Exception e)
        {
            client.Dispose();
            var where = $"{destination.HostName} port {destination.Port}";
            throw e switch
            {
                SocketException => new ConnectException($"No agent can be reached on {where} ({e.Message}); start \"docker-migrator agent --listen\" there.", e),
                AuthenticationException or IOException => new ConnectException($"The agent on {where} and this host do not trust each other ({(e.InnerException ?? e).Message}); both need certificates of the same authority (\"docker-migrator tls issue\"), the agent's for the name {destination.HostName}.", e),
                OperationCanceledException when !cancellationToken.IsCancellationRequested => new ConnectException($"The agent on {where} did not answer within {HandshakeLimit.TotalSeconds:0} seconds.", e),
                _ => e,
            };
        }
    }

    /// <summary>Meets a source that has just connected.</summary>
    public static async Task<IByteChannel> AcceptAsync(Socket socket, TlsIdentity identity, CancellationToken cancellationToken)
    {
        var peer = socket.RemoteEndPoint?.ToString() ?? "the source";
        socket.NoDelay = true;
        var stream = new SslStream(new NetworkStream(socket, ownsSocket: true));
        try
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            patience.CancelAfter(HandshakeLimit);
            await stream.AuthenticateAsServerAsync(identity.ServerOptions(), patience.Token);
            return new SocketChannel(peer, stream);
        }
        catch (Exception e)
        {
            await stream.DisposeAsync();
            if (e is AuthenticationException or IOException or OperationCanceledException)
                throw new ConnectException($"{peer} was turned away: {(e.InnerException ?? e).Message}", e);
            throw;
        }
    }
}
