namespace DockerMigrator.Criu.Probe;

/// <summary>What a host's CRIU can do.</summary>
/// <param name="Version">CRIU's version (<c>4.2.1</c>); null if there is no CRIU.</param>
/// <param name="CanDump">Whether it dumped a process with a network socket a moment ago.</param>
/// <param name="Problem">Why it cannot, in one sentence; null if it can.</param>
/// <param name="CheckWords">The last line of <c>criu check</c>, for a report; it also grumbles about what is not needed.</param>
/// <param name="DumpTime">How long the dump of the tiny process took.</param>
public sealed record CriuProbeResult(string? Version, bool CanDump, string? Problem, string? CheckWords, TimeSpan DumpTime)
{
    /// <summary>Whether the page filter hides memory from it: it did so in the dump of a moment ago.</summary>
    public bool TakesPageFilter { get; init; }

    /// <summary>Whether it can leave lazy pages out of a dump by itself (<see cref="Checkpoint.LazyDump"/>).</summary>
    public bool HasLazyPages { get; init; }

    /// <summary>
    /// The version as numbers, for comparing two hosts; null if there is none. The page images changed with 4.2.
    /// </summary>
    public Version? Number => Version is null ? null : CriuProbe.ParseNumber(Version);
}
