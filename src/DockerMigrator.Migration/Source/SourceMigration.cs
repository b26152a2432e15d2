using DockerMigrator.Docker.Engine;
using DockerMigrator.Migration.Reporting;
using DockerMigrator.Migration.Transport;
using DockerMigrator.Migration.Wire;
using DockerMigrator.Protocol.Errors;
using DockerMigrator.Protocol.Phases;

namespace DockerMigrator.Migration.Source;

/// <summary>
/// One migration, from the source's side: performs the work of each state and asks <see cref="MigrationStep"/> for the
/// next one. The work of a state is in the class of its name in <c>Source/Work</c>.
/// </summary>
public sealed class SourceMigration(MigrateOptions options, Connector connector, DockerClient docker, IMigrationObserver observer)
{
    /// <summary>Migrates.</summary>
    /// <param name="cancelled">The user's wish to stop. Heeded until the commit; after that there is nothing left to stop.</param>
    public async Task<MigrationReport> RunAsync(CancellationToken cancelled)
    {
        var clock = new PhaseClock(observer, options.BytesPerSecond is { } rate ? new RateLimit(rate, TimeProvider.System) : null, cancelled);
        await using var context = new SourceContext(options, connector, docker, clock);
        var state = MigrationStep.Start;
        while (!state.IsFinal)
            state = MigrationStep.Next(state, await PerformAsync(context, state, cancelled));
        KeptImages.Save(context);
        // What is settled needs no journal; the target's answers for a while to those who ask.
        if (context.Journal is { } journal && state is MigrationState.Moved or MigrationState.RolledBack)
            journal.Remove();
        return SourceReport.Of(context, state);
    }

    private static async Task<MigrationEvent> PerformAsync(SourceContext context, MigrationState state, CancellationToken cancelled)
    {
        try
        {
            return await SourceWork.RunAsync(context, state, cancelled);
        }
        catch (OperationCanceledException) when (cancelled.IsCancellationRequested)
        {
            return new MigrationEvent.WentWrong(new Failure("The migration was cancelled.", Cancelled: true));
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return new MigrationEvent.WentWrong(new Failure(Sentence(context, e)));
        }
    }

    private static string Sentence(SourceContext context, Exception e) => e switch
    {
        RemoteFailureException => $"On {context.TargetName}: {e.Message}",
        ConnectException => e.Message,
        MigratorException => $"On {context.HostName}: {e.Message}",
        // Not foreseen, so at least its kind is told for a bug report.
        _ => $"On {context.HostName}: {e.Message} ({e.GetType().Name})",
    };
}
