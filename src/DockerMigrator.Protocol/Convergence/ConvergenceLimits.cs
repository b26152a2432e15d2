namespace DockerMigrator.Protocol.Convergence;

/// <summary>What the user wants of a pre-copy.</summary>
/// <param name="DowntimeBudget">How long copying memory may take in the freeze.</param>
/// <param name="MaxRounds">Rounds after which it is not to go on.</param>
public sealed record ConvergenceLimits(TimeSpan DowntimeBudget, int MaxRounds)
{
    /// <summary>300 ms of copying, 30 rounds.</summary>
    public static ConvergenceLimits Default { get; } = new(TimeSpan.FromMilliseconds(300), 30);
}
