using System.Reflection;
using DockerMigrator.Migration.Transport;
using DockerMigrator.Migration.Wire;
using DockerMigrator.Protocol;
using DockerMigrator.Protocol.Messages;

namespace DockerMigrator.Migration.Source;

/// <summary>The first words on every connection.</summary>
public static class Greeting
{
    /// <summary>This program's version.</summary>
    public static string Version { get; } =
        typeof(Greeting).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "unknown";

    /// <summary>Introduces this host and checks that the agent speaks the same protocol.</summary>
    /// <exception cref="ConnectException">It does not, or cannot be reached.</exception>
    public static async Task SayHelloAsync(AgentLink agent, CancellationToken cancellationToken)
    {
        var welcome = await agent.AskAsync<Welcome>(new Hello(Version, ProtocolVersion.Current), cancellationToken);
        if (welcome.Protocol != ProtocolVersion.Current)
            throw new ConnectException($"{agent.Peer} has docker-migrator {welcome.Version} (protocol {welcome.Protocol}), this host has {Version} (protocol {ProtocolVersion.Current}): install the same version on both.");
    }
}
