using DockerMigrator.Protocol.Messages;

namespace DockerMigrator.Migration.Source.Work;

/// <summary>The target has all files and is ready to start the container.</summary>
public static class HoldWork
{
    /// <summary>Performs the phase.</summary>
    public static async Task<string> RunAsync(SourceContext context, CancellationToken cancelled)
    {
        await context.Agent.AskAsync<Held>(new HoldStart(), cancelled);
        await StopWork.EnsureStoppedAsync(context);
        // The last moment at which the user can call it off.
        cancelled.ThrowIfCancellationRequested();
        return "";
    }
}
