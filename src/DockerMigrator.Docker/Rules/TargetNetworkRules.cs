using System.Net;
using System.Text.Json.Nodes;
using DockerMigrator.Docker.Json;

namespace DockerMigrator.Docker.Rules;

/// <summary>What of the target's networks keeps a container from moving there.</summary>
internal static class TargetNetworkRules
{
    /// <summary>Networks that every engine has.</summary>
    private static readonly HashSet<string> Predefined = ["bridge", "host", "none"];

    public static IEnumerable<Finding> Check(SourceSurvey source, TargetInventory target)
    {
        foreach (var (name, endpoint) in source.Container.Networks)
        {
            if (Predefined.Contains(name))
                continue;
            var here = source.Networks.GetValueOrDefault(name);
            if (!target.Networks.TryGetValue(name, out var there))
            {
                yield return Finding.Refuse($"The target has no network named {name}: create it there by {NetworkCommand.For(name, here)}.");
                continue;
            }

            if (here is not null && here.Text("Driver") != there.Text("Driver"))
                yield return Finding.Warn($"Network {name} has driver {here.Text("Driver")} here and {there.Text("Driver")} on the target.");
            foreach (var address in new[] { endpoint.Text("IPAMConfig", "IPv4Address"), endpoint.Text("IPAMConfig", "IPv6Address") }.Where(address => address.Length > 0))
            {
                foreach (var finding in StaticAddress(name, address, here, there))
                    yield return finding;
            }
        }
    }

    private static IEnumerable<Finding> StaticAddress(string network, string address, JsonObject? here, JsonObject there)
    {
        if (!IPAddress.TryParse(address, out var ip))
            yield break;
        if (!there.Items("IPAM", "Config").Any(ipam => IPNetwork.TryParse(ipam.Text("Subnet"), out var subnet) && subnet.Contains(ip)))
            yield return Finding.Refuse($"The container has the static address {address} on network {network}, which is not in that network's subnet on the target: create it there anew by {NetworkCommand.For(network, here)}.");

        foreach (var (_, other) in there.Members("Containers"))
        {
            if (new[] { other.Text("IPv4Address"), other.Text("IPv6Address") }.Any(taken => IPAddress.TryParse(taken.Split('/')[0], out var used) && used.Equals(ip)))
                yield return Finding.Refuse($"The container has the static address {address} on network {network}, which container {other.Text("Name")} has on the target: give one of them another.");
        }
    }
}
