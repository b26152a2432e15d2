namespace DockerMigrator.Migration.Source.Work;

/// <summary>First pass over all files, while the container runs and goes on changing them.</summary>
public static class CopyWork
{
    /// <summary>Performs the phase.</summary>
    public static async Task<string> RunAsync(SourceContext context, CancellationToken cancelled)
    {
        var entries = await context.Files!.SendTreesAsync(isFinal: false, cancelled);
        await context.Files.SendLogsAsync(cancelled);
        return $"{entries} files and directories";
    }
}
