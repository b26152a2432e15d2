using DockerMigrator.Migration.Journals;
using DockerMigrator.Protocol.Messages;

namespace DockerMigrator.Migration.Source.Work;

/// <summary>
/// The decision. It is on this host's disk before it is sent; when the target confirms, the downtime ends. Whatever goes
/// wrong here, only the target's own word lets the source go on.
/// </summary>
public static class CommitWork
{
    /// <summary>Performs the phase. Cannot be cancelled.</summary>
    public static async Task<string> RunAsync(SourceContext context)
    {
        context.Journal!.Append(JournalSteps.Commit);
        await context.Agent.AskAsync<Running>(new Commit(), CancellationToken.None);
        context.Clock.Running();
        return "";
    }
}
