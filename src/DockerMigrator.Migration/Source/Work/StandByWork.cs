using DockerMigrator.Protocol.Messages;

namespace DockerMigrator.Migration.Source.Work;

/// <summary>Has the target do beforehand what it can, so that it does not count as downtime.</summary>
public static class StandByWork
{
    /// <summary>Performs the phase of a migration that moves all memory in the freeze.</summary>
    public static async Task<string> RunAsync(SourceContext context, CancellationToken cancelled)
    {
        await PrepareAsync(context, cancelled);
        await StandByAsync(context, cancelled);
        return "";
    }

    /// <summary>The place for images and pages.</summary>
    public static Task PrepareAsync(SourceContext context, CancellationToken cancelled) =>
        context.Agent.AskAsync<Prepared>(new PrepareRestore(context.Plan.MemoryBytes), cancelled);

    /// <summary>Mounts, network and process set-up. Docker keeps the target's container locked from here on.</summary>
    public static Task StandByAsync(SourceContext context, CancellationToken cancelled) =>
        context.Agent.AskAsync<Prepared>(new StandBy(IsLazy: context.Memory is not null && context.Checked.LazyRestoreProblem is null), cancelled);
}
