using System.Net;

namespace DockerMigrator.Network.Tcp;

/// <summary>Decides whether a container's established connections can go on at the target.</summary>
public static class TcpPolicy
{
    /// <summary>
    /// A connection can go on if the container has the same address on the target and packets to that address now reach
    /// the target. The latter holds for networks that are one link layer over both hosts; behind a host's own bridge the
    /// peers reach the container through that host's address translation, which does not move. CRIU can close all
    /// connections of a container or none.
    /// </summary>
    /// <param name="sockets">The container's sockets.</param>
    /// <param name="targetAddresses">The addresses that it has on the target.</param>
    /// <param name="isSharedNetwork">
    /// Whether a target network of the given address is the same link layer as on the source (macvlan, ipvlan, overlay).
    /// </param>
    public static TcpDecision Decide(
        IEnumerable<TcpSocket> sockets, IReadOnlyCollection<IPAddress> targetAddresses, Func<IPAddress, bool> isSharedNetwork)
    {
        var connections = sockets.Where(socket => socket.IsConnected).ToList();
        var outside = connections.Where(connection => !connection.IsLoopback).ToList();
        if (outside.Count == 0)
            return new TcpDecision(Keep: true, "No connection leads out of the container.", []);
        if (outside.Find(connection => !targetAddresses.Contains(connection.Local.Address)) is { } homeless)
            return Close(connections, $"The container's address {homeless.Local.Address} does not come along");
        if (outside.Find(connection => !isSharedNetwork(connection.Local.Address)) is { } unreachable)
            return Close(connections, $"The container's address {unreachable.Local.Address} is only known on its own host");
        return new TcpDecision(Keep: true, $"{Count(outside)} on with the container's address.", []);

        static string Count(List<TcpSocket> kept) => kept.Count == 1 ? "One connection goes" : $"{kept.Count} connections go";
    }

    /// <summary>Whether networks of a Docker driver span hosts on one link layer, so that an address can move.</summary>
    public static bool IsSharedDriver(string driver) => driver is "macvlan" or "ipvlan" or "overlay";

    private static TcpDecision Close(List<TcpSocket> connections, string why)
    {
        var inner = connections.Exists(connection => connection.IsLoopback) ? ", those within the container included" : "";
        var what = connections.Count == 1 ? "its one connection is closed" : $"all {connections.Count} connections are closed{inner}";
        return new TcpDecision(Keep: false, $"{why}, so {what}.", connections);
    }
}
