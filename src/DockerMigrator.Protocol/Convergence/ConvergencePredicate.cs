namespace DockerMigrator.Protocol.Convergence;

/// <summary>
/// When to stop copying memory round after round and freeze the container: one pure predicate over the rounds so far.
/// </summary>
/// <remarks>
/// <para>
/// After each scan the downtime that a freeze would cost now is predicted: the dirty bytes that the scan found, and those that will
/// be dirtied until the freeze takes hold, divided by the rate at which the rounds before were sent. <b>Within the budget: freeze</b>, but not as long as each round halves the
/// rest and a tenth of the budget is not reached: those rounds are short and make the downtime shorter still.
/// </para>
/// <para>
/// Else another round is worth its while as long as rounds make the rest smaller. Each round's rest is the dirty rate times the
/// time that the round before took, so it shrinks geometrically until it is as small as it gets. <b>When the smallest rest of the last
/// <see cref="Patience"/> scans is not below nine tenths of the smallest before them, or the rounds are used up: not converging.</b>
/// </para>
/// </remarks>
public static class ConvergencePredicate
{
    /// <summary>Scans without progress after which it is not expected any more.</summary>
    public const int Patience = 3;

    private const double Progress = 0.9;

    // From the scan that decides until nothing runs any more, in which the container goes on writing.
    private static readonly TimeSpan FreezeDelay = TimeSpan.FromMilliseconds(50);

    /// <summary>Decides after a scan.</summary>
    /// <param name="limits">What the user wants.</param>
    /// <param name="rounds">The rounds that were sent, in order.</param>
    /// <param name="dirtyBytes">What the scan found that was just made.</param>
    public static PreCopyDecision Decide(ConvergenceLimits limits, IReadOnlyList<Round> rounds, long dirtyBytes)
    {
        // What the first scan finds is everything; how fast it can be sent is not known yet.
        if (rounds.Count == 0)
            return PreCopyDecision.GoOn;
        var predicted = PredictDowntime(rounds, dirtyBytes);
        if (predicted <= limits.DowntimeBudget)
        {
            var isWorthAnotherRound = predicted > limits.DowntimeBudget / 10 && dirtyBytes < rounds[^1].DirtyBytes / 2 && rounds.Count < limits.MaxRounds;
            return isWorthAnotherRound ? PreCopyDecision.GoOn : PreCopyDecision.Freeze;
        }

        return rounds.Count >= limits.MaxRounds || !IsShrinking(rounds, dirtyBytes) ? PreCopyDecision.NotConverging : PreCopyDecision.GoOn;
    }

    /// <summary>How long it would take to send what is dirty if the container were frozen now.</summary>
    public static TimeSpan PredictDowntime(IReadOnlyList<Round> rounds, long dirtyBytes)
    {
        // All that was dirtied since the last scan came about in the time of the last round.
        var dirtyRate = dirtyBytes / Math.Max(rounds[^1].Elapsed.TotalSeconds, 1e-3);
        return TimeSpan.FromSeconds((dirtyBytes + (dirtyRate * FreezeDelay.TotalSeconds)) / Rate(rounds));
    }

    // Bytes done with a second: put on the wire, or found to be as they were sent before, since a program that writes what is there
    // already goes on doing so. What is dirty next may have no zeros in it and not be compressible, so it counts in full.
    // Small rounds are all latency: the largest of the last three tells best, as links change.
    private static double Rate(IReadOnlyList<Round> rounds)
    {
        var largest = rounds.Skip(Math.Max(0, rounds.Count - 3)).MaxBy(Done);
        return Math.Max(1, Done(largest) / Math.Max((largest.Sending ?? largest.Elapsed).TotalSeconds, 1e-3));
    }

    private static long Done(Round round) => round.SentBytes + round.EqualBytes;

    private static bool IsShrinking(IReadOnlyList<Round> rounds, long dirtyBytes)
    {
        if (rounds.Count <= Patience)
            return true;
        var recent = Math.Min(dirtyBytes, rounds.Skip(rounds.Count - Patience + 1).Min(round => round.DirtyBytes));
        var before = rounds.Take(rounds.Count - Patience + 1).Min(round => round.DirtyBytes);
        return recent < before * Progress;
    }
}
