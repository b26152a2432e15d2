using DockerMigrator.Protocol.Messages;

namespace DockerMigrator.Migration.Source.Work;

/// <summary>The target restores the container and holds it before its first instruction.</summary>
public static class RestoreWork
{
    /// <summary>Performs the phase.</summary>
    public static async Task<string> RunAsync(SourceContext context, CancellationToken cancelled)
    {
        await context.Agent.AskAsync<Held>(new Restore(CloseConnections: !context.KeepConnections), cancelled);
        // The last moment at which the user can call it off.
        cancelled.ThrowIfCancellationRequested();
        return "";
    }
}
