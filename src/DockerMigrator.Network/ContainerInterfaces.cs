using System.ComponentModel;
using System.Net.NetworkInformation;
using DockerMigrator.Native.Namespaces;
using DockerMigrator.Network.Errors;

namespace DockerMigrator.Network;

/// <summary>The addresses that a container has, as its own network namespace knows them.</summary>
public static class ContainerInterfaces
{
    /// <summary>Every address of every interface, loopback included, in the network namespace of process <paramref name="pid"/>.</summary>
    /// <exception cref="NetworkException">The process is gone, or its namespace may not be entered.</exception>
    public static async Task<IReadOnlyList<InterfaceAddress>> ReadAsync(int pid)
    {
        try
        {
            return await NetworkNamespace.RunAsync(pid, Read);
        }
        catch (Exception exception) when (exception is Win32Exception or IOException or NetworkInformationException)
        {
            throw new NetworkException($"The addresses of process {pid} cannot be read: {exception.Message}", exception);
        }
    }

    private static List<InterfaceAddress> Read() =>
    [
        .. from link in NetworkInterface.GetAllNetworkInterfaces()
           from address in link.GetIPProperties().UnicastAddresses
           select new InterfaceAddress(link.Name, address.Address, address.PrefixLength),
    ];
}
