using System.Net;
using System.Text.Json.Nodes;
using DockerMigrator.Docker.Json;

namespace DockerMigrator.Docker.Rules;

/// <summary>A port of the host that leads into a container.</summary>
/// <param name="Protocol"><c>tcp</c>, <c>udp</c> or <c>sctp</c>.</param>
/// <param name="Address">The host's address; empty for all.</param>
/// <param name="First">The port, or the first of the range that one is taken from.</param>
/// <param name="Last">The last of the range; <paramref name="First"/> if there is but one.</param>
public sealed record PublishedPort(string Protocol, string Address, int First, int Last)
{
    /// <summary>
    /// Reads a port map (HostConfig.PortBindings, NetworkSettings.Ports). Ports that Docker chooses when the container
    /// starts are left out: they cannot be taken.
    /// </summary>
    public static IReadOnlyList<PublishedPort> Read(JsonNode? portMap)
    {
        var ports = new List<PublishedPort>();
        foreach (var (key, bindings) in portMap.Members())
        {
            var protocol = key.Split('/') is [_, var name] ? name.ToLowerInvariant() : "tcp";
            foreach (var binding in bindings.Items())
            {
                var range = binding.Text("HostPort").Split('-');
                if (int.TryParse(range[0], out var first) && int.TryParse(range[^1], out var last) && first > 0)
                    ports.Add(new PublishedPort(protocol, binding.Text("HostIp"), first, last));
            }
        }

        return ports;
    }

    /// <summary>Whether this port cannot be had while that address has that port.</summary>
    public bool CollidesWith(string protocol, string address, int port) =>
        protocol == Protocol && port >= First && port <= Last && Overlap(Address, address);

    /// <summary>Whether two addresses cannot both be bound: one is all of its family, or they are equal.</summary>
    private static bool Overlap(string left, string right)
    {
        if (left == right || left.Length == 0 || right.Length == 0)
            return true;
        if (!IPAddress.TryParse(left, out var a) || !IPAddress.TryParse(right, out var b))
            return false;
        // A socket on :: usually takes IPv4 as well.
        return a.Equals(b) || a.Equals(IPAddress.IPv6Any) || b.Equals(IPAddress.IPv6Any)
            || (a.AddressFamily == b.AddressFamily && (a.Equals(IPAddress.Any) || b.Equals(IPAddress.Any)));
    }

    /// <inheritdoc/>
    public override string ToString() => $"{(Address.Length > 0 ? Address + ":" : "")}{First}{(Last > First ? "-" + Last : "")}/{Protocol}";
}
