namespace DockerMigrator.Docker.Rules;

/// <summary>What follows from findings.</summary>
/// <param name="Warnings">Sentences for the user.</param>
/// <param name="Refusals">Reasons not to migrate; none if it can go on.</param>
public sealed record Verdict(IReadOnlyList<string> Warnings, IReadOnlyList<string> Refusals)
{
    private const string Hint = "With --mode restart it would be moved all the same, stopped here and started anew there.";

    /// <summary>Judges findings by what is to be done with the container.</summary>
    /// <param name="findings">What was found.</param>
    /// <param name="restart">Whether it is stopped and started anew, so that what keeps a running program from moving does not count.</param>
    /// <param name="couldRestart">Whether that would be a way out if it is moved live.</param>
    public static Verdict Of(IReadOnlyList<Finding> findings, bool restart, bool couldRestart)
    {
        var counting = findings.Where(finding => !restart || !finding.OnlyLive).ToList();
        var refusals = counting.Where(finding => finding.Severity == Severity.Refusal).ToList();
        IReadOnlyList<string> hint = refusals.Count > 0 && couldRestart && refusals.TrueForAll(finding => finding.OnlyLive) ? [Hint] : [];
        return new Verdict(
            [.. counting.Where(finding => finding.Severity == Severity.Warning).Select(finding => finding.Sentence)],
            [.. refusals.Select(finding => finding.Sentence), .. hint]);
    }
}
