using DockerMigrator.Migration.Journals;
using DockerMigrator.Migration.Source.Logs;
using DockerMigrator.Migration.Transport;
using DockerMigrator.Migration.Wire;
using DockerMigrator.Protocol.Errors;
using DockerMigrator.Protocol.Messages;

namespace DockerMigrator.Migration.Source.Work;

/// <summary>The container runs on the target: its restart policy is put right there, and the source's copy goes.</summary>
public static class SettleWork
{
    /// <summary>Performs the phase. Nothing in it can fail the migration any more; what goes wrong is a warning.</summary>
    public static async Task<string> RunAsync(SourceContext context)
    {
        await WarnAsync(context, () =>
        {
            context.Journal!.Append(JournalSteps.Moved);
            return Task.CompletedTask;
        });
        await WarnAsync(context, () => SettleTargetAsync(context));
        await WarnAsync(context, async () =>
        {
            await SourceUndo.RemoveAsync(context.Docker, context.Container.Id, context.Options.KeepSource, context.Mounts.KeepsVolumes);
            context.Journal!.Append(JournalSteps.End);
        });
        if (context.Files!.ReadLateLog() is { Bytes: > 0 } late)
            context.Clock.Warn(Describe(context, late));
        return context.Options.KeepSource ? "the source's container is kept, stopped" : "the source's container is removed";
    }

    // Docker writes a line without an end when the container is gone.
    private static string Describe(SourceContext context, LateLog late) =>
        $"Docker on {context.HostName} wrote the last {late.Bytes} bytes of {context.Container.Name}'s log too late to be moved (a line had no end yet, or a disk hung), "
        + $"so its log on {context.TargetName} lacks them"
        + (late.Text.Length > 0 ? $": {late.Text}" : ".");

    private static async Task SettleTargetAsync(SourceContext context)
    {
        var settled = await context.Agent.AskAsync<Settled>(new Settle(), CancellationToken.None);
        foreach (var warning in settled.Warnings)
            context.Clock.Warn($"On {context.TargetName}: {warning}");
    }

    private static async Task WarnAsync(SourceContext context, Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (ConnectException)
        {
            // The agent that lost us settles by itself.
        }
        catch (Exception e) when (e is MigratorException or IOException or HttpRequestException)
        {
            context.Clock.Warn(e is RemoteFailureException ? $"On {context.TargetName}: {e.Message}" : $"On {context.HostName}: {e.Message}");
        }
    }
}
