using DockerMigrator.Migration.Journals;
using DockerMigrator.Migration.Reporting;
using DockerMigrator.Protocol.Phases;

namespace DockerMigrator.Migration.Source;

/// <summary>The report of a migration that has ended, with the sentences that tell a user where things stand now.</summary>
public static class SourceReport
{
    /// <summary>The report.</summary>
    /// <param name="context">What the phases left behind.</param>
    /// <param name="state">The final state.</param>
    public static MigrationReport Of(SourceContext context, MigrationState state)
    {
        var known = context.Survey is not null;
        var outcome = state switch
        {
            MigrationState.Moved => MigrationOutcome.Moved,
            MigrationState.Refused { Cause.Cancelled: true } or MigrationState.RolledBack { Cause.Cancelled: true } => MigrationOutcome.Cancelled,
            MigrationState.Refused => MigrationOutcome.Refused,
            MigrationState.RolledBack => MigrationOutcome.RolledBack,
            _ => MigrationOutcome.InDoubt,
        };
        return new MigrationReport
        {
            Outcome = outcome,
            Container = new ReportedContainer(
                known ? context.Container.Name : context.Options.Container,
                known ? context.Container.Id : "",
                outcome is MigrationOutcome.Moved or MigrationOutcome.InDoubt ? context.TargetId : null),
            Source = context.HostName,
            Destination = context.Options.Destination,
            Mode = context.Options.Mode.ToString().ToLowerInvariant(),
            DowntimeMs = context.Clock.Downtime is { } downtime ? Math.Round(downtime.TotalMilliseconds, 3) : null,
            TotalMs = Math.Round(context.Clock.Total.TotalMilliseconds, 3),
            Phases = context.Clock.Phases,
            Bytes = context.Clock.Bytes,
            Memory = context.Memory?.Report(),
            Warnings = context.Clock.Warnings,
            Error = Error(context, state),
        };
    }

    private static string? Error(SourceContext context, MigrationState state) => state switch
    {
        MigrationState.Refused refused => $"{refused.Cause.Sentence} Nothing was changed on either host.",
        MigrationState.RolledBack back when context.SourceEnded is { } ended =>
            $"{back.Cause.Sentence} Everything is undone, but the container {context.Container.Name} on {context.HostName} {ended}.",
        MigrationState.RolledBack back when WasStopped(context) =>
            $"{back.Cause.Sentence} The container {context.Container.Name} was started again on {context.HostName}{Stood(context, "it was down")}.",
        MigrationState.RolledBack back => $"{back.Cause.Sentence} The container {context.Container.Name} runs on {context.HostName} as before{Stood(context, "it stood still")}.",
        MigrationState.InDoubt doubt when WasStopped(context) =>
            $"{doubt.Cause.Sentence} The container {context.Container.Name} stays stopped on {context.HostName} so that it never runs twice; do not start it by hand, but run \"docker-migrator recover\" there as soon as {context.TargetName} can be reached.",
        MigrationState.InDoubt doubt => $"{doubt.Cause.Sentence} The container {context.Container.Name} stays paused on {context.HostName} so that it never runs twice; run \"docker-migrator recover\" there as soon as {context.TargetName} can be reached.",
        _ => null,
    };

    private static bool WasStopped(SourceContext context) => context.Journal?.Has(JournalSteps.Stop) == true;

    private static string Stood(SourceContext context, string how) =>
        context.Clock.Downtime is { } downtime ? $" ({how} for {downtime.TotalMilliseconds:0} ms)" : "";
}
