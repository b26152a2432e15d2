using System.ComponentModel;
using DockerMigrator.Criu.Errors;
using DockerMigrator.Native.Sockets;

namespace DockerMigrator.Criu.Checkpoint;

/// <summary>
/// A dump of everything but private memory, by CRIU's own means: with <c>--lazy-pages</c> it writes where pages are and keeps the pages
/// for whoever asks its page server for them. Here that server's one client has hung up before it began, so CRIU is done at once.
/// </summary>
/// <remarks>
/// The client is a descriptor that CRIU inherits through runc (its option <c>ps-socket</c>), so there is no port that anybody else
/// could reach and read the container's memory from, and none to wait for. Where a runc should not hand it on, CRIU's dump fails.
/// </remarks>
public sealed class LazyDump : IDisposable
{
    private readonly ClosedSocket _client;

    private LazyDump(ClosedSocket client) => _client = client;

    /// <summary>Prepares one.</summary>
    /// <exception cref="CriuException">The kernel refused.</exception>
    public static LazyDump Create()
    {
        try
        {
            return new LazyDump(ClosedSocket.Create());
        }
        catch (Win32Exception exception)
        {
            throw new CriuException($"A socket for the dump cannot be had: {exception.Message}.", exception);
        }
    }

    /// <summary>The request as one for such a dump. It must have ended before this is disposed.</summary>
    public CheckpointRequest Apply(CheckpointRequest request) => request with
    {
        ExtraArguments = [.. request.ExtraArguments, "--lazy-pages"],
        Config = request.Config with { Extra = [.. request.Config.Extra, $"ps-socket {_client.Number}"] },
    };

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();
}
