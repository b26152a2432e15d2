using DockerMigrator.Migration.Journals;
using DockerMigrator.Protocol.Framing;
using DockerMigrator.Protocol.Messages;
using DockerMigrator.Protocol.Phases;

namespace DockerMigrator.Migration.Source.Work;

/// <summary>
/// The decision. It is on this host's disk before it is sent; when the target confirms, the downtime ends. Whatever goes
/// wrong here, only the target's own word lets the source go on.
/// </summary>
public static class CommitWork
{
    /// <summary>Performs the work. Cannot be cancelled.</summary>
    public static async Task<MigrationEvent> RunAsync(SourceContext context)
    {
        MigrationEvent happened = new MigrationEvent.Done();
        var sentence = context.Options.Mode == MigrationMode.Restart ? "Starting the container on the target" : "Handing the container over";
        await context.Clock.RunAsync("commit", sentence, async () =>
        {
            context.Journal!.Append(JournalSteps.Commit);
            var reply = await context.Agent.AskAsync<Reply>(new Commit(), CancellationToken.None);
            switch (reply)
            {
                case Running running:
                    context.Clock.Running(TimeSpan.FromMilliseconds(Math.Max(0, running.SinceMs)));
                    break;
                case Outcome { Runs: false } declined:
                    happened = new MigrationEvent.TargetDeclined(new Failure($"On {context.TargetName}: {declined.Sentence}"));
                    break;
                default:
                    // An answer that is neither yes nor no: the target is asked again.
                    throw new FramingException($"The agent answered the commit with {reply.GetType().Name}.");
            }

            return "";
        });
        return happened;
    }
}
