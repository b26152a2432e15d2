using DockerMigrator.Migration.Transport;
using DockerMigrator.Migration.Wire;
using DockerMigrator.Protocol.Errors;
using DockerMigrator.Protocol.Phases;

namespace DockerMigrator.Migration.Source.Work;

/// <summary>The commit was sent and no answer came: the target is asked, on new connections, what it did.</summary>
public static class AskWork
{
    /// <summary>How long the target is asked before the user is left with "in doubt"; the container is paused all the while.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>Performs the work.</summary>
    public static async Task<MigrationEvent> RunAsync(SourceContext context, Failure cause)
    {
        MigrationEvent? answer = null;
        await context.Clock.RunAsync("ask", "Asking the target what it did", async () =>
        {
            answer = await AskUntilAnsweredAsync(context, cause);
            return "";
        });
        return answer!;
    }

    private static async Task<MigrationEvent> AskUntilAnsweredAsync(SourceContext context, Failure cause)
    {
        await context.Agent.DisposeAsync();
        using var limit = new CancellationTokenSource(Patience);
        while (true)
        {
            try
            {
                var outcome = await TargetQuestion.AskAsync(context.Connector, context.Id, limit.Token);
                if (!outcome.Runs)
                    return new MigrationEvent.TargetDeclined(new Failure($"{cause.Sentence} {outcome.Sentence}"));
                context.Clock.Running();
                context.Clock.Warn($"The connection broke while the container was handed over ({cause.Sentence}), but {context.TargetName} has it.");
                return new MigrationEvent.Done();
            }
            catch (Exception e) when (e is MigratorException or OperationCanceledException)
            {
                if (limit.IsCancellationRequested)
                    throw new ConnectException($"{context.TargetName} could not be asked within {Patience.TotalSeconds:0} seconds: {e.Message}", e);
                await Task.Delay(Pause, CancellationToken.None);
            }
        }
    }
}
