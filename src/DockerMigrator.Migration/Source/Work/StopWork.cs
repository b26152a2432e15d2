using DockerMigrator.Migration.Journals;
using DockerMigrator.Protocol.Errors;

namespace DockerMigrator.Migration.Source.Work;

/// <summary>Stops the container as <c>docker stop</c> does: its own signal, its own time, then SIGKILL. The downtime begins here.</summary>
public static class StopWork
{
    /// <summary>Performs the phase.</summary>
    public static async Task<string> RunAsync(SourceContext context, CancellationToken cancelled)
    {
        await FreezeWork.SwitchRestartPolicyOffAsync(context, cancelled);
        context.EnsureRuns();
        context.Files!.KeepOpen();
        context.Journal!.Append(JournalSteps.Stop);
        context.Clock.Frozen();
        // Not cancelled half-way: what has been told to end ends, and is started again only afterwards.
        await context.Docker.StopContainerAsync(context.Container.Id, cancellationToken: CancellationToken.None);
        cancelled.ThrowIfCancellationRequested();
        await EnsureStoppedAsync(context);
        await OtherWriters.PauseAsync(context);
        return "";
    }

    /// <summary>Fails if somebody has started it again meanwhile: its files would change while they are copied, and later two would run.</summary>
    /// <exception cref="MigratorException">Somebody has.</exception>
    public static async Task EnsureStoppedAsync(SourceContext context)
    {
        if ((await context.Docker.InspectContainerAsync(context.Container.Id, CancellationToken.None)).IsRunning)
            throw new MigratorException($"The container {context.Container.Name} was stopped to be moved, but somebody has started it again.");
    }
}
