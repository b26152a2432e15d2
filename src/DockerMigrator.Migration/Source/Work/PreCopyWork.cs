using System.Diagnostics;
using DockerMigrator.Protocol.Convergence;
using DockerMigrator.Protocol.Errors;

namespace DockerMigrator.Migration.Source.Work;

/// <summary>Copies memory round after round, while the container runs and goes on changing it, until what is left fits the freeze.</summary>
public static class PreCopyWork
{
    /// <summary>Performs the phase.</summary>
    public static async Task<string> RunAsync(SourceContext context, CancellationToken cancelled)
    {
        var memory = context.Memory!;
        memory.Data = await DataPath.OpenAsync(context, cancelled);
        var throttle = context.Options.OnNoConvergence == NoConvergence.Throttle ? CpuThrottle.TryCreate(context.Cgroup, context.Journal!) : null;
        var filesTook = TimeSpan.Zero;
        var filesGetShorter = true;
        while (true)
        {
            await memory.ScanAsync(cancelled);
            var decision = memory.Decide(context.Options.Convergence);
            if (decision == PreCopyDecision.NotConverging && !TryThrottle(memory, throttle))
            {
                GiveUp(context, memory);
                return Sentence(memory);
            }

            // The last pass over the files is part of the freeze, too: one that would take longer than all of it may is made once more before,
            // for as long as that makes it shorter.
            if (decision == PreCopyDecision.Freeze && (filesTook <= context.Options.Convergence.DowntimeBudget || !filesGetShorter))
                return Sentence(memory);
            await memory.SendPendingAsync(cancelled);
            // Files change meanwhile as well, and what is sent now need not be sent in the freeze. But memory changes while files are looked
            // at: a walk over very many of them that takes longer than a round would keep the rounds from becoming shorter.
            if (filesTook > memory.LastRound && decision != PreCopyDecision.Freeze)
                continue;
            var before = filesTook;
            filesTook = await SendFilesAsync(context, cancelled);
            filesGetShorter = before == TimeSpan.Zero || filesTook < before * 0.9;
        }
    }

    private static async Task<TimeSpan> SendFilesAsync(SourceContext context, CancellationToken cancelled)
    {
        var start = Stopwatch.GetTimestamp();
        await context.Files!.SendTreesAsync(isFinal: false, cancelled);
        await context.Files.SendLogsAsync(cancelled);
        return Stopwatch.GetElapsedTime(start);
    }

    private static bool TryThrottle(SourceMemory memory, CpuThrottle? throttle)
    {
        if (throttle?.Tighten() is null)
            return false;
        memory.JudgeAnew();
        return true;
    }

    private static void GiveUp(SourceContext context, SourceMemory memory)
    {
        var sentence = $"After {memory.Count} rounds the container still changes its memory so fast that copying the rest in the freeze takes about {memory.PredictedDowntime.TotalMilliseconds:0} ms, more than the budget of {context.Options.Convergence.DowntimeBudget.TotalMilliseconds:0} ms.";
        if (context.Options.OnNoConvergence == NoConvergence.Abort)
            throw new MigratorException($"{sentence} Give it a larger --downtime-budget, or have it slowed down (--on-no-converge throttle) or moved all the same (proceed).");
        context.Clock.Warn(sentence);
    }

    private static string Sentence(SourceMemory memory) =>
        $"{memory.Count} {(memory.Count == 1 ? "round" : "rounds")}, {memory.PendingBytes >> 10} KiB left ({memory.Tracker})";
}
