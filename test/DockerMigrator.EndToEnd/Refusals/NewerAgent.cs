using System.Net.Sockets;
using DockerMigrator.Protocol;
using DockerMigrator.Protocol.Framing;
using DockerMigrator.Protocol.Messages;

namespace DockerMigrator.EndToEnd.Refusals;

/// <summary>An agent from the future: it greets with a protocol that nobody speaks yet.</summary>
internal sealed class NewerAgent : IAsyncDisposable
{
    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly string _path;
    private readonly Task _serve;

    private NewerAgent(string path)
    {
        _path = path;
        _socket.Bind(new UnixDomainSocketEndPoint(path));
        _socket.Listen();
        _serve = ServeAsync();
    }

    public static NewerAgent Start(string path) => new(path);

    public async ValueTask DisposeAsync()
    {
        _socket.Dispose();
        await _serve.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        File.Delete(_path);
    }

    private async Task ServeAsync()
    {
        using var source = await _socket.AcceptAsync();
        await using var stream = new NetworkStream(source);
        var header = new byte[FrameHeader.Size];
        await stream.ReadExactlyAsync(header);
        var welcome = MessageJson.Write(new Welcome("99.0.0", ProtocolVersion.Current + 1, "future"));
        new FrameHeader(FrameType.Message, welcome.Length).Write(header);
        await stream.WriteAsync((byte[])[.. header, .. welcome]);
        // Until the other side goes.
        await stream.CopyToAsync(Stream.Null);
    }
}
