using System.Net;

namespace DockerMigrator.Network;

/// <summary>An address of a network interface.</summary>
/// <param name="Interface">Name of the interface, such as <c>eth0</c>.</param>
/// <param name="Address">The address.</param>
/// <param name="PrefixLength">How many of its leading bits name the network.</param>
public sealed record InterfaceAddress(string Interface, IPAddress Address, int PrefixLength);
