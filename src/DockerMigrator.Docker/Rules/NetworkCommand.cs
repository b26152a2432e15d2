using System.Text;
using System.Text.Json.Nodes;
using DockerMigrator.Docker.Json;

namespace DockerMigrator.Docker.Rules;

/// <summary>The <c>docker network create</c> command that makes a network like another one.</summary>
public static class NetworkCommand
{
    /// <summary>The command line, from what inspect shows of the network.</summary>
    public static string For(string name, JsonObject? network)
    {
        var command = new StringBuilder("docker network create");
        if (network.Text("Driver") is { Length: > 0 } and not "bridge")
            Add(command, "--driver", network.Text("Driver"));
        if (network.Flag("EnableIPv6"))
            command.Append(" --ipv6");
        if (network.Flag("Internal"))
            command.Append(" --internal");
        if (network.Flag("Attachable"))
            command.Append(" --attachable");
        foreach (var ipam in network.Items("IPAM", "Config"))
        {
            Add(command, "--subnet", ipam.Text("Subnet"));
            Add(command, "--ip-range", ipam.Text("IPRange"));
            Add(command, "--gateway", ipam.Text("Gateway"));
            foreach (var (host, address) in ipam.Members("AuxiliaryAddresses"))
                Add(command, "--aux-address", $"{host}={address.Text()}");
        }

        foreach (var (option, value) in network.Members("Options"))
            Add(command, "--opt", $"{option}={value.Text()}");
        foreach (var (label, value) in network.Members("Labels"))
            Add(command, "--label", $"{label}={value.Text()}");
        return command.Append(' ').Append(Quote(name)).ToString();
    }

    private static void Add(StringBuilder command, string option, string value)
    {
        if (value.Length > 0)
            command.Append(' ').Append(option).Append(' ').Append(Quote(value));
    }

    private static string Quote(string word) =>
        word.All(c => char.IsAsciiLetterOrDigit(c) || "-_./:=,@".Contains(c)) ? word : "'" + word.Replace("'", "'\\''") + "'";
}
