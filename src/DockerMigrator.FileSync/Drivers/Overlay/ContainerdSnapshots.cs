using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using DockerMigrator.FileSync.Errors;

namespace DockerMigrator.FileSync.Drivers.Overlay;

/// <summary>
/// Asks containerd how a snapshot is mounted: the call Mounts of service containerd.services.snapshots.v1.Snapshots, a
/// single gRPC call, so that neither a client library nor the <c>ctr</c> program is needed.
/// </summary>
internal static class ContainerdSnapshots
{
    /// <summary>Docker's namespace in containerd.</summary>
    private const string Namespace = "moby";

    private static readonly string[] Sockets = ["/run/containerd/containerd.sock", "/run/docker/containerd/containerd.sock"];

    /// <summary>The options of the snapshot's (only) mount, whichever containerd of this host knows it.</summary>
    /// <exception cref="TreeException">None does, or it does not answer.</exception>
    public static async Task<IReadOnlyList<string>> FindMountOptionsAsync(string snapshotter, string key, CancellationToken cancellationToken)
    {
        var trouble = "containerd's socket was not found";
        foreach (var socket in Sockets.Where(File.Exists))
        {
            try
            {
                return await AskAsync(socket, snapshotter, key, cancellationToken);
            }
            catch (Exception e) when (e is HttpRequestException or TreeException or IOException)
            {
                trouble = e.Message.TrimEnd('.');
            }
        }

        throw new TreeException($"containerd does not tell where snapshot {key} is: {trouble}.");
    }

    private static async Task<IReadOnlyList<string>> AskAsync(string socket, string snapshotter, string key, CancellationToken cancellationToken)
    {
        using var handler = new SocketsHttpHandler { ConnectCallback = (_, token) => ConnectAsync(socket, token), UseProxy = false };
        using var client = new HttpClient(handler) { Timeout = TimeSpan.FromSeconds(20) };
        using var request = new HttpRequestMessage(HttpMethod.Post, "http://containerd/containerd.services.snapshots.v1.Snapshots/Mounts")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(Frame(SnapshotMessages.MountsRequest(snapshotter, key))),
        };
        request.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        request.Headers.Add("containerd-namespace", Namespace);
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");

        using var response = await client.SendAsync(request, cancellationToken);
        var body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        var status = Header(response, "grpc-status");
        if (status != "0")
            throw new TreeException(Uri.UnescapeDataString(Header(response, "grpc-message") ?? $"status {status ?? response.StatusCode.ToString()}"));
        return SnapshotMessages.OptionsOfOnlyMount(Unframe(body));
    }

    private static async ValueTask<Stream> ConnectAsync(string path, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>A trailer, or a header if there was nothing between them.</summary>
    private static string? Header(HttpResponseMessage response, string name) =>
        response.TrailingHeaders.TryGetValues(name, out var values) || response.Headers.TryGetValues(name, out values) ? values.First() : null;

    /// <summary>gRPC's prefix: not compressed, length.</summary>
    private static byte[] Frame(byte[] message)
    {
        var frame = new byte[5 + message.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), message.Length);
        message.CopyTo(frame, 5);
        return frame;
    }

    private static ReadOnlySpan<byte> Unframe(byte[] body) =>
        body.Length >= 5 && body[0] == 0 && BinaryPrimitives.ReadInt32BigEndian(body.AsSpan(1)) == body.Length - 5
            ? body.AsSpan(5)
            : throw new TreeException("its answer is not understood");
}
