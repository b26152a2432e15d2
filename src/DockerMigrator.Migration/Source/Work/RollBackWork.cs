using DockerMigrator.Migration.Journals;
using DockerMigrator.Migration.Transport;
using DockerMigrator.Migration.Wire;
using DockerMigrator.Protocol.Errors;
using DockerMigrator.Protocol.Messages;

namespace DockerMigrator.Migration.Source.Work;

/// <summary>The way back: first of all the container goes on here, then the target is cleaned.</summary>
public static class RollBackWork
{
    private static readonly TimeSpan AbortLimit = TimeSpan.FromSeconds(90);

    /// <summary>Performs the phase.</summary>
    /// <param name="context">The migration.</param>
    /// <param name="thaw">Whether the source may be paused.</param>
    public static async Task<string> RunAsync(SourceContext context, bool thaw)
    {
        if (thaw)
        {
            // A file system that is still open here should not be mounted a second time.
            context.Files?.Dispose();
            context.Files = null;
            await SourceUndo.LetGoOnAsync(context.Docker, context.Container.Id, context.Journal!);
            context.Clock.Running();
            await LookAsync(context);
        }

        if (context.Journal is { } journal)
        {
            Unthrottle(context, journal);
            SharedVolumes.Undo(journal);
        }

        var clean = await CleanTargetAsync(context);
        context.Journal?.TryAppend(JournalSteps.End);
        return clean ? $"{context.TargetName} is clean" : "";
    }

    private static void Unthrottle(SourceContext context, Journal journal)
    {
        try
        {
            CpuThrottle.Undo(journal);
        }
        catch (MigratorException e)
        {
            context.Clock.Warn($"On {context.HostName}: the container's limit of processor time could not be put back ({e.Message}); \"docker update\" sets it.");
        }
    }

    // A program can end while it is paused (killed for want of memory) or at once when it goes on; the report must not claim
    // that it runs.
    private static async Task LookAsync(SourceContext context)
    {
        var container = await context.Docker.InspectContainerAsync(context.Container.Id, CancellationToken.None);
        if (!container.IsRunning)
            context.SourceEnded = $"has ended ({container.Status}, exit code {container.Json["State"]?["ExitCode"]}); start it by \"docker start {container.Name}\"";
    }

    // The agent cleans up by itself when it loses the connection; an agent that was killed is replaced by a new one,
    // which finds the journal of the dead one.
    private static async Task<bool> CleanTargetAsync(SourceContext context)
    {
        using var limit = new CancellationTokenSource(AbortLimit);
        try
        {
            var aborted = await context.Agent.AskAsync<Aborted>(new Abort(), limit.Token);
            foreach (var leftover in aborted.Leftovers)
                context.Clock.Warn($"On {context.TargetName}: {leftover}");
            return aborted.Leftovers.Count == 0;
        }
        catch (Exception e) when (e is ConnectException or RemoteFailureException or OperationCanceledException)
        {
            // Lost: try once more on a new connection.
        }

        try
        {
            using var again = new CancellationTokenSource(AbortLimit);
            var outcome = await TargetQuestion.AskAsync(context.Connector, context.Id, again.Token);
            if (!outcome.Runs)
                return true;
            throw new MigratorException($"The agent on {context.TargetName} says that it runs the container, though it was never told to: {outcome.Sentence}");
        }
        catch (Exception e) when (e is ConnectException or RemoteFailureException or OperationCanceledException)
        {
            context.Clock.Warn($"{context.TargetName} cannot be reached to be cleaned ({e.Message}). Its agent cleans up by itself as soon as it notices; if it was killed too, run \"docker-migrator recover\" there.");
            return false;
        }
    }
}
