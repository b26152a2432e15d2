using DockerMigrator.Migration.Transport;
using DockerMigrator.Migration.Wire;
using DockerMigrator.Protocol;
using DockerMigrator.Protocol.Messages;

namespace DockerMigrator.Migration.Source;

/// <summary>Asks the target, on a connection of its own, what became of a migration. The answer is final.</summary>
public static class TargetQuestion
{
    /// <summary>Connects, asks and disconnects.</summary>
    /// <exception cref="ConnectException">There is no way there.</exception>
    public static async Task<Outcome> AskAsync(Connector connector, string migrationId, CancellationToken cancellationToken)
    {
        await using var agent = new AgentLink(await connector.OpenAsync(cancellationToken));
        await Greeting.SayHelloAsync(agent, cancellationToken);
        return await agent.AskAsync<Outcome>(new AskOutcome(migrationId), cancellationToken);
    }
}
