using DockerMigrator.Migration.Transport.Tls;
using DockerMigrator.Protocol;

namespace DockerMigrator.Migration.Transport;

/// <summary>Opens the channel that a destination asks for; a broken one is replaced by opening it again.</summary>
/// <param name="destination">Where to.</param>
/// <param name="tls">This host's TLS files, for <c>tls://</c>.</param>
public sealed class Connector(Destination destination, TlsFiles tls)
{
    /// <summary>Where to.</summary>
    public Destination Destination => destination;

    /// <summary>Opens a channel to an agent.</summary>
    /// <exception cref="ConnectException">There is no way there.</exception>
    public async Task<IByteChannel> OpenAsync(CancellationToken cancellationToken) => destination switch
    {
        Destination.Ssh ssh => SshChannel.Open(ssh),
        Destination.Tls to => await TlsChannels.OpenAsync(to, tls.Load(), cancellationToken),
        Destination.Unix unix => await SocketChannel.OpenUnixAsync(unix.Path, cancellationToken),
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
