namespace DockerMigrator.Protocol.Convergence;

/// <summary>
/// When a container that is going to be stopped has had enough passes over its files: the last pass, without it running, takes about as
/// long as the one before.
/// </summary>
public static class FilePassPredicate
{
    // A pass has to look at every file, however few have changed: once it does little else, another one is no shorter.
    private const double LeastGain = 0.8;

    /// <summary>Whether another pass is worth it.</summary>
    /// <param name="passes">How long each of the passes after the first took, which sent what had changed.</param>
    /// <param name="limits">The time that the last one may take, and the number of passes.</param>
    public static bool IsAnotherWorthIt(IReadOnlyList<TimeSpan> passes, ConvergenceLimits limits) => passes switch
    {
        [] => true,
        _ when passes.Count >= limits.MaxRounds || passes[^1] <= limits.DowntimeBudget => false,
        [_] => true,
        _ => passes[^1] < passes[^2] * LeastGain,
    };
}
