using System.Diagnostics;
using DockerMigrator.Migration.Source.Work;
using DockerMigrator.Protocol.Phases;
using static DockerMigrator.Protocol.Phases.MigrationState;

namespace DockerMigrator.Migration.Source;

/// <summary>Which work belongs to which state.</summary>
public static class SourceWork
{
    /// <summary>Performs the work of a state.</summary>
    /// <returns>What came of it; failures are exceptions, which the caller turns into an event.</returns>
    public static Task<MigrationEvent> RunAsync(SourceContext context, MigrationState state, CancellationToken cancelled) => state switch
    {
        PreCopying when Restarts(context) => PhaseAsync(context, "sync", "Copying changed files while the container runs", () => SyncWork.RunAsync(context, cancelled)),
        Freezing when Restarts(context) => PhaseAsync(context, "stop", "Stopping the container", () => StopWork.RunAsync(context, cancelled)),
        Dumping when Restarts(context) => PhaseAsync(context, "last-pass", "Sending the last changed files", () => LastPassWork.RunAsync(context, cancelled)),
        Restoring when Restarts(context) => PhaseAsync(context, "hold", "Making sure that the target is ready", () => HoldWork.RunAsync(context, cancelled)),
        Checking => PhaseAsync(context, "check", "Looking at both hosts", () => CheckWork.RunAsync(context, cancelled)),
        Preparing => PhaseAsync(context, "prepare", "Preparing the target", () => PrepareWork.RunAsync(context, cancelled)),
        Copying => PhaseAsync(context, "copy", "Copying files while the container runs", () => CopyWork.RunAsync(context, cancelled)),
        PreCopying when context.Memory is null => Task.FromResult<MigrationEvent>(new MigrationEvent.Done()),
        PreCopying => PhaseAsync(context, "pre-copy", "Copying memory while the container runs", () => PreCopyWork.RunAsync(context, cancelled)),
        Freezing => PhaseAsync(context, "freeze", "Pausing the container", () => FreezeWork.RunAsync(context, cancelled)),
        Dumping => PhaseAsync(context, "dump", "Sending memory and the last changed files", () => DumpWork.RunAsync(context, cancelled)),
        Restoring => PhaseAsync(context, "restore", "Restoring on the target", () => RestoreWork.RunAsync(context, cancelled)),
        Committing => CommitWork.RunAsync(context),
        Asking asking => AskWork.RunAsync(context, asking.Cause),
        Settling => PhaseAsync(context, "settle", "Tidying up", () => SettleWork.RunAsync(context)),
        RollingBack back => PhaseAsync(context, "rollback", "Going back", () => RollBackWork.RunAsync(context, back.Thaw)),
        _ => throw new UnreachableException($"{state.GetType().Name} has no work"),
    };

    private static bool Restarts(SourceContext context) => context.Options.Mode == MigrationMode.Restart;

    private static async Task<MigrationEvent> PhaseAsync(SourceContext context, string name, string sentence, Func<Task<string>> work)
    {
        await context.Clock.RunAsync(name, sentence, work);
        return new MigrationEvent.Done();
    }
}
