using System.Diagnostics;
using DockerMigrator.Protocol.Convergence;
using DockerMigrator.Protocol.Errors;

namespace DockerMigrator.Migration.Source.Work;

/// <summary>Sends files that have changed, pass after pass while the container runs, until a pass is short: the last one, with it stopped, is about as long.</summary>
public static class SyncWork
{
    /// <summary>Performs the phase.</summary>
    public static async Task<string> RunAsync(SourceContext context, CancellationToken cancelled)
    {
        var passes = new List<TimeSpan>();
        while (FilePassPredicate.IsAnotherWorthIt(passes, context.Options.Convergence))
        {
            context.EnsureRuns();
            var start = Stopwatch.GetTimestamp();
            await context.Files!.SendTreesAsync(isFinal: false, cancelled);
            await context.Files.SendLogsAsync(cancelled);
            passes.Add(Stopwatch.GetElapsedTime(start));
        }

        var (last, budget) = (passes[^1], context.Options.Convergence.DowntimeBudget);
        if (last > budget && context.Options.OnNoConvergence == NoConvergence.Abort)
            throw new MigratorException($"After {passes.Count} passes over the files the last one still took {last.TotalMilliseconds:0} ms, more than the budget of {budget.TotalMilliseconds:0} ms. Give it a larger --downtime-budget, or have it moved all the same (--on-no-converge proceed).");
        return $"{passes.Count} {(passes.Count == 1 ? "pass" : "passes")}";
    }
}
