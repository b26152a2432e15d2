using DockerMigrator.Migration.Journals;

namespace DockerMigrator.Migration.Source.Work;

/// <summary>The stopped container's files that changed last go to the target.</summary>
public static class LastPassWork
{
    /// <summary>Performs the phase.</summary>
    public static async Task<string> RunAsync(SourceContext context, CancellationToken cancelled)
    {
        try
        {
            var entries = await context.Files!.SendTreesAsync(isFinal: true, cancelled);
            await context.Files.SendLogsAsync(cancelled);
            return $"{entries} files and directories";
        }
        finally
        {
            await OtherWriters.GoOnAsync(context.Docker, context.Journal!);
        }
    }
}
