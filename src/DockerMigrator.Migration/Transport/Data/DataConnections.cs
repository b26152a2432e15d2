using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;

namespace DockerMigrator.Migration.Transport.Data;

/// <summary>The source's end of the data connections.</summary>
public sealed class DataConnections : IDisposable
{
    private static readonly TimeSpan ConnectLimit = TimeSpan.FromSeconds(3);

    private readonly List<SslStream> _streams = [];

    private DataConnections()
    {
    }

    /// <summary>The connections.</summary>
    public IReadOnlyList<Stream> Streams => _streams;

    /// <summary>Makes them.</summary>
    /// <param name="hosts">Names or addresses of the target, to be tried in turn.</param>
    /// <param name="port">Its port.</param>
    /// <param name="peerFingerprint">The certificate that the target will show.</param>
    /// <param name="own">This side's.</param>
    /// <param name="count">How many to make.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="ConnectException">The port cannot be reached from here.</exception>
    public static async Task<DataConnections> OpenAsync(
        IReadOnlyList<string> hosts, int port, string peerFingerprint, DataCertificate own, int count, CancellationToken cancellationToken)
    {
        Exception? cause = null;
        foreach (var host in hosts.Distinct())
        {
            var connections = new DataConnections();
            try
            {
                while (connections._streams.Count < count)
                    connections._streams.Add(await ConnectAsync(host, port, peerFingerprint, own, cancellationToken));
                return connections;
            }
            catch (Exception e) when (e is SocketException or AuthenticationException or IOException or TimeoutException or TypeInitializationException
                // An address of a family that this host does not have.
                or ArgumentException or NotSupportedException)
            {
                connections.Dispose();
                cause = e;
            }
        }

        throw new ConnectException($"port {port} of {string.Join(" or ", hosts.Distinct())} cannot be reached ({(cause is TimeoutException ? cause : cause?.InnerException ?? cause)?.Message})", cause!);
    }

    /// <inheritdoc/>
    public void Dispose() => _streams.ForEach(stream => stream.Dispose());

    private static async Task<SslStream> ConnectAsync(string host, int port, string peerFingerprint, DataCertificate own, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(ConnectLimit);
        try
        {
            var addresses = await Dns.GetHostAddressesAsync(host, patience.Token);
            return await WaitingSocket.SecureAsync(
                new Socket(SocketType.Stream, ProtocolType.Tcp),
                socket => socket.Connect(addresses, port),
                stream => stream.AuthenticateAsClient(new SslClientAuthenticationOptions
                {
                    TargetHost = "docker-migrator data",
                    EnabledSslProtocols = SslProtocols.Tls13,
                    ClientCertificates = [own.Certificate],
                    // Without a list of authorities from the server, .NET would not show ours by itself.
                    LocalCertificateSelectionCallback = (_, _, _, _, _) => own.Certificate,
                    RemoteCertificateValidationCallback = (_, shown, _, _) => DataCertificate.IsExpected(shown, peerFingerprint),
                }),
                patience.Token);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"no answer within {ConnectLimit.TotalSeconds:0} seconds", e);
        }
    }
}
