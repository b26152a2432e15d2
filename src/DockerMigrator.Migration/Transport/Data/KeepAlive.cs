using System.Net.Sockets;

namespace DockerMigrator.Migration.Transport.Data;

/// <summary>Keeps idle connections known to firewalls, and finds out about dead ones: between two rounds nothing is sent on them.</summary>
internal static class KeepAlive
{
    private const int IdleSeconds = 10;

    /// <summary>Enables it.</summary>
    public static void Enable(Socket socket)
    {
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, IdleSeconds);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, IdleSeconds);
    }
}
