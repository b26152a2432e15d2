using System.Net;
using System.Net.Sockets;
using DockerMigrator.Migration.Transport;
using DockerMigrator.Migration.Transport.Tls;
using DockerMigrator.Protocol;
using DockerMigrator.Protocol.Errors;

namespace DockerMigrator.Migration.Target;

/// <summary>An agent that waits for sources: by TLS on a TCP port, or on a Unix socket (which file permissions guard).</summary>
public sealed class AgentListener : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private readonly Socket _socket;
    private readonly TlsIdentity? _identity;
    private readonly string? _path;

    private AgentListener(Socket socket, TlsIdentity? identity, string? path)
    {
        _socket = socket;
        _identity = identity;
        _path = path;
    }

    /// <summary>Where it listens, for messages to people.</summary>
    public string Address => _path ?? _socket.LocalEndPoint!.ToString()!;

    /// <summary>Listens on <c>unix:///PATH</c>, <c>ADDRESS:PORT</c> or <c>:PORT</c>.</summary>
    /// <exception cref="MigratorException">The address is none, or taken.</exception>
    public static AgentListener Open(string address, TlsFiles tls)
    {
        var unix = address.StartsWith("unix://", StringComparison.Ordinal) ? address["unix://".Length..] : null;
        var text = address.StartsWith("tls://", StringComparison.Ordinal) ? address["tls://".Length..] : address;
        if (text.StartsWith(':'))
            text = $"[::]{text}";
        if (unix is null && (!IPEndPoint.TryParse(text, out var parsed) || parsed.Port == 0))
            throw new MigratorException($"\"{address}\" is no address to listen on: write ADDRESS:PORT, :PORT or unix:///PATH.");
        var identity = unix is null ? tls.Load() : null;
        var socket = unix is null
            ? new Socket(IPEndPoint.Parse(text).AddressFamily, SocketType.Stream, ProtocolType.Tcp)
            : new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            if (unix is null)
            {
                socket.DualMode = socket.AddressFamily == AddressFamily.InterNetworkV6;
                socket.Bind(IPEndPoint.Parse(text));
            }
            else
            {
                // A socket file of a dead agent would keep the address taken for ever.
                File.Delete(unix);
                socket.Bind(new UnixDomainSocketEndPoint(unix));
                File.SetUnixFileMode(unix, OwnerOnly);
            }

            socket.Listen();
            return new AgentListener(socket, identity, unix);
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw new MigratorException($"The agent cannot listen on {address}: {e.Message}", e);
        }
    }

    /// <summary>Serves sources, each on its own, until told to stop; then waits until all have wound up.</summary>
    /// <param name="tell">Gets a sentence for what went wrong with one of them.</param>
    /// <param name="stop">Ends it.</param>
    public async Task RunAsync(Action<string> tell, CancellationToken stop)
    {
        var sessions = new List<Task>();
        try
        {
            while (true)
            {
                var socket = await _socket.AcceptAsync(stop);
                sessions.RemoveAll(session => session.IsCompleted);
                sessions.Add(ServeAsync(socket, tell, stop));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(sessions);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _socket.Dispose();
        if (_path is not null)
            File.Delete(_path);
    }

    private async Task ServeAsync(Socket socket, Action<string> tell, CancellationToken stop)
    {
        try
        {
            IByteChannel channel = _identity is null
                ? new SocketChannel("the source", new NetworkStream(socket, ownsSocket: true))
                : await TlsChannels.AcceptAsync(socket, _identity, stop);
            await using var session = new AgentSession(channel);
            await session.RunAsync(stop);
        }
        catch (Exception e) when (e is MigratorException or IOException or OperationCanceledException)
        {
            tell(e.Message);
        }
    }
}
