using System.ComponentModel;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using DockerMigrator.Native.Namespaces;
using DockerMigrator.Network.Errors;

namespace DockerMigrator.Network.Announcing;

/// <summary>
/// Tells a container's neighbours where it is now. Whoever asked for its address while it was being restored, and be it the host itself
/// for a client that connects again and again, got no answer and asks only once a second: what came for it would wait as long. And
/// where it has taken its address along, switches and neighbours still know the other host.
/// </summary>
public static class ContainerAnnouncement
{
    /// <summary>Announces every address of every Ethernet interface in the network namespace of process <paramref name="pid"/>.</summary>
    /// <returns>The number of addresses.</returns>
    /// <exception cref="NetworkException">The process is gone, or its namespace may not be entered.</exception>
    public static async Task<int> SendAsync(int pid)
    {
        try
        {
            return await NetworkNamespace.RunAsync(pid, Send);
        }
        catch (Exception exception) when (exception is Win32Exception or IOException or NetworkInformationException or SocketException or UnauthorizedAccessException)
        {
            throw new NetworkException($"The addresses of process {pid} cannot be announced: {exception.Message}", exception);
        }
    }

    private static int Send()
    {
        using var socket = new Socket(AddressFamily.Packet, SocketType.Raw, ProtocolType.Unspecified);
        var count = 0;
        foreach (var link in NetworkInterface.GetAllNetworkInterfaces().Where(link => link.NetworkInterfaceType == NetworkInterfaceType.Ethernet))
        {
            var properties = link.GetIPProperties();
            foreach (var address in properties.UnicastAddresses.Select(address => address.Address))
            {
                // One that is down cannot tell anybody anything, but the others can.
                if (Index(properties, address) is { } index && TrySend(socket, AnnouncementFrames.Of(link.GetPhysicalAddress(), new IPAddress(address.GetAddressBytes())), index))
                    count++;
            }
        }

        return count;
    }

    private static bool TrySend(Socket socket, byte[] frame, int index)
    {
        try
        {
            return socket.SendTo(frame, new LinkEndPoint(index)) == frame.Length;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static int? Index(IPInterfaceProperties properties, IPAddress address) => address.AddressFamily switch
    {
        AddressFamily.InterNetwork => properties.GetIPv4Properties()?.Index,
        AddressFamily.InterNetworkV6 => properties.GetIPv6Properties()?.Index,
        _ => null,
    };
}
