using DockerMigrator.Criu.Tasks;

namespace DockerMigrator.Criu.Checkpoint;

/// <summary>What to dump, and where to.</summary>
/// <param name="Runc">The runc that runs it.</param>
/// <param name="Container">The container.</param>
/// <param name="Freezer">Its freezer, frozen from before the dump until after it.</param>
/// <param name="ImageDirectory">Where the images go; it exists.</param>
/// <param name="WorkDirectory">Where log, statistics and configuration go; it exists.</param>
public sealed record CheckpointRequest(
    RuncBinary Runc, RuncContainer Container, Freezer Freezer, string ImageDirectory, string WorkDirectory)
{
    /// <summary>
    /// Settings that runc has no flag for. CRIU's own network lock is skipped: the caller holds one that lasts longer,
    /// and CRIU's costs up to 70 ms.
    /// </summary>
    public CriuConfig Config { get; init; } = new()
    {
        TcpEstablished = true,
        SkipInFlight = true,
        NetworkLock = "skip",
        GhostLimit = 64L << 20,
    };

    /// <summary>More arguments for <c>runc checkpoint</c>, before the id.</summary>
    public IReadOnlyList<string> ExtraArguments { get; init; } = [];

    /// <summary>More variables for runc, which hands its environment on to CRIU.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; init; } = new Dictionary<string, string?>();
}
