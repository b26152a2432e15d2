using DockerMigrator.Protocol.Messages;

namespace DockerMigrator.Migration.Source.Work;

/// <summary>First pass over all files, while the container runs and goes on changing them; then the target makes room for its memory.</summary>
public static class CopyWork
{
    /// <summary>Performs the phase.</summary>
    public static async Task<string> RunAsync(SourceContext context, CancellationToken cancelled)
    {
        var entries = await context.Files!.SendTreesAsync(isFinal: false, cancelled);
        await context.Files.SendLogsAsync(cancelled);
        if (context.Options.Mode == MigrationMode.Restart)
            return $"{entries} files and directories";
        await context.Agent.AskAsync<Prepared>(
            new PrepareRestore(context.Plan.MemoryBytes, IsLazy: context.Memory is not null && context.Checked.LazyRestoreProblem is null), cancelled);
        return $"{entries} files and directories";
    }
}
