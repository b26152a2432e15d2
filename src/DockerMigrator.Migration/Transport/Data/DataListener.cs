using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;

namespace DockerMigrator.Migration.Transport.Data;

/// <summary>The target's end of the data connections: a port that is open for a few seconds, to one certificate.</summary>
public sealed class DataListener : IDisposable
{
    private static readonly TimeSpan OpenLimit = TimeSpan.FromSeconds(15);

    private readonly DataCertificate _certificate = DataCertificate.Create();
    private readonly TcpListener _listener;
    private readonly CancellationTokenSource _end = new();
    private readonly List<SslStream> _streams = [];
    private readonly string _peerFingerprint;
    private readonly Task _accepting;

    private DataListener(string peerFingerprint, int count)
    {
        _peerFingerprint = peerFingerprint;
        _listener = new TcpListener(IPAddress.IPv6Any, 0) { Server = { DualMode = true } };
        _listener.Start();
        _end.CancelAfter(OpenLimit);
        _accepting = AcceptAsync(count);
    }

    /// <summary>This side's certificate.</summary>
    public string Fingerprint => _certificate.Fingerprint;

    /// <summary>The port.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Opens the port.</summary>
    /// <param name="peerFingerprint">The certificate that the source will show.</param>
    /// <param name="count">How many connections it will make.</param>
    /// <exception cref="ConnectException">There is no port to be had, or no TLS on this host.</exception>
    public static DataListener Open(string peerFingerprint, int count)
    {
        try
        {
            return new DataListener(peerFingerprint, count);
        }
        catch (Exception e) when (e is SocketException or TypeInitializationException or System.Security.Cryptography.CryptographicException)
        {
            throw new ConnectException($"No port can be opened for data connections: {(e.InnerException ?? e).Message}", e);
        }
    }

    /// <summary>The connections, once all of them are made.</summary>
    /// <exception cref="ConnectException">They were not made in time.</exception>
    public async Task<IReadOnlyList<Stream>> ConnectionsAsync()
    {
        await _accepting;
        return _streams;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _end.Cancel();
        _listener.Dispose();
        lock (_streams)
            _streams.ForEach(stream => stream.Dispose());
        _certificate.Dispose();
    }

    private async Task AcceptAsync(int count)
    {
        try
        {
            while (_streams.Count < count)
            {
                var socket = await _listener.AcceptSocketAsync(_end.Token);
                if (await MeetAsync(socket) is { } stream)
                {
                    lock (_streams)
                        _streams.Add(stream);
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            throw new ConnectException("The data connections were not made in time.", e);
        }
        finally
        {
            _listener.Stop();
        }
    }

    // A stranger is hung up on, and the port stays open for the right one.
    private async Task<SslStream?> MeetAsync(Socket socket)
    {
        socket.NoDelay = true;
        var stream = new SslStream(new NetworkStream(socket, ownsSocket: true));
        try
        {
            await stream.AuthenticateAsServerAsync(
                new SslServerAuthenticationOptions
                {
                    ServerCertificate = _certificate.Certificate,
                    EnabledSslProtocols = SslProtocols.Tls13,
                    ClientCertificateRequired = true,
                    RemoteCertificateValidationCallback = (_, shown, _, _) => DataCertificate.IsExpected(shown, _peerFingerprint),
                },
                _end.Token);
            return stream;
        }
        catch (Exception e) when (e is AuthenticationException or IOException)
        {
            await stream.DisposeAsync();
            return null;
        }
    }
}
