using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using DockerMigrator.Protocol.Errors;

namespace DockerMigrator.Migration.Transport.Data;

/// <summary>The target's end of the data connections: a port that is open for a few seconds, to one certificate.</summary>
public sealed class DataListener : IDisposable
{
    private static readonly TimeSpan OpenLimit = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan HandshakeLimit = TimeSpan.FromSeconds(3);

    private readonly DataCertificate _certificate = DataCertificate.Create();
    private readonly TcpListener _listener;
    private readonly CancellationTokenSource _end = new();
    private readonly List<SslStream> _streams = [];
    private readonly string _peerFingerprint;
    private readonly int _count;
    private readonly TaskCompletionSource<IReadOnlyList<Stream>> _complete = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private DataListener(string peerFingerprint, int count)
    {
        _peerFingerprint = peerFingerprint;
        _count = count;
        _listener = Socket.OSSupportsIPv6
            ? new TcpListener(IPAddress.IPv6Any, 0) { Server = { DualMode = true } }
            : new TcpListener(IPAddress.Any, 0);
        _listener.Start();
        _end.CancelAfter(OpenLimit);
        _ = AcceptAsync();
    }

    /// <summary>This side's certificate.</summary>
    public string Fingerprint => _certificate.Fingerprint;

    /// <summary>The port.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Opens the port.</summary>
    /// <param name="peerFingerprint">The certificate that the source will show.</param>
    /// <param name="count">How many connections it will make.</param>
    /// <exception cref="MigratorException">There is no port to be had, or no TLS on this host.</exception>
    public static DataListener Open(string peerFingerprint, int count)
    {
        try
        {
            return new DataListener(peerFingerprint, count);
        }
        catch (Exception e) when (e is SocketException or TypeInitializationException or System.Security.Cryptography.CryptographicException)
        {
            throw new MigratorException($"No port can be opened for data connections: {(e.InnerException ?? e).Message}", e);
        }
    }

    /// <summary>The connections, once all of them are made.</summary>
    /// <exception cref="MigratorException">They were not made in time.</exception>
    public Task<IReadOnlyList<Stream>> ConnectionsAsync() => _complete.Task;

    /// <inheritdoc/>
    public void Dispose()
    {
        _end.Cancel();
        _listener.Dispose();
        lock (_streams)
            _streams.ForEach(stream => stream.Dispose());
        _certificate.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = MeetAsync(await _listener.AcceptSocketAsync(_end.Token));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // All are there, or it took too long.
            _complete.TrySetException(new MigratorException("The data connections were not made in time.", e));
            _ = _complete.Task.Exception;
        }
        finally
        {
            _listener.Stop();
        }
    }

    // Each on its own: a stranger who says nothing is hung up on, and keeps nobody from getting through.
    private async Task MeetAsync(Socket socket)
    {
        try
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(_end.Token);
            patience.CancelAfter(HandshakeLimit);
            var stream = await WaitingSocket.SecureAsync(
                socket,
                _ => { },
                stream => stream.AuthenticateAsServer(new SslServerAuthenticationOptions
                {
                    ServerCertificate = _certificate.Certificate,
                    EnabledSslProtocols = SslProtocols.Tls13,
                    ClientCertificateRequired = true,
                    RemoteCertificateValidationCallback = (_, shown, _, _) => DataCertificate.IsExpected(shown, _peerFingerprint),
                }),
                patience.Token);
            if (!TryAdd(stream))
                await stream.DisposeAsync();
        }
        catch (Exception e) when (e is AuthenticationException or IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // Hung up on.
        }
    }

    private bool TryAdd(SslStream stream)
    {
        lock (_streams)
        {
            if (_end.IsCancellationRequested || _streams.Count == _count)
                return false;
            _streams.Add(stream);
            if (_streams.Count < _count)
                return true;
            _complete.TrySetResult([.. _streams]);
        }

        _end.CancelAfter(Timeout.InfiniteTimeSpan);
        _listener.Stop();
        return true;
    }
}
