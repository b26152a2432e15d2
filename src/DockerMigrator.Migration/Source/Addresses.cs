using System.Net;
using DockerMigrator.Docker.Json;
using DockerMigrator.Docker.Rules;
using DockerMigrator.Network.Tcp;

namespace DockerMigrator.Migration.Source;

/// <summary>Which of the container's addresses it keeps on the target, and what that means for its connections.</summary>
/// <param name="KeptNetworks">Networks that are the same on both hosts, so that addresses on them can come along.</param>
/// <param name="Connections">What becomes of established TCP connections.</param>
public sealed record Addresses(IReadOnlyList<string> KeptNetworks, TcpDecision Connections)
{
    /// <summary>Decides from both hosts' networks.</summary>
    /// <param name="survey">The source.</param>
    /// <param name="target">The target.</param>
    /// <param name="sockets">The container's TCP sockets.</param>
    public static Addresses Decide(SourceSurvey survey, TargetInventory target, IReadOnlyList<TcpSocket> sockets)
    {
        var shared = survey.Container.Networks
            .Where(network =>
                survey.Networks.TryGetValue(network.Key, out var here) && TcpPolicy.IsSharedDriver(here.Text("Driver"))
                && target.Networks.TryGetValue(network.Key, out var there) && there.Text("Driver") == here.Text("Driver"))
            .ToList();
        var kept = shared
            .SelectMany(network => new[] { network.Value.Text("IPAddress"), network.Value.Text("GlobalIPv6Address") })
            .Where(address => address.Length > 0)
            .Select(IPAddress.Parse)
            .ToHashSet();
        return new Addresses([.. shared.Select(network => network.Key)], TcpPolicy.Decide(sockets, kept, kept.Contains));
    }
}
