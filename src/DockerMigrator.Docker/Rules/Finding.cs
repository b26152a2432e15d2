namespace DockerMigrator.Docker.Rules;

/// <summary>Something found before anything was touched.</summary>
/// <param name="Severity">Whether it ends the migration.</param>
/// <param name="Sentence">What it is and what to do about it, for the user.</param>
public sealed record Finding(Severity Severity, string Sentence)
{
    /// <summary>A reason not to move the container.</summary>
    public static Finding Refuse(string sentence) => new(Severity.Refusal, sentence);

    /// <summary>A thing to know.</summary>
    public static Finding Warn(string sentence) => new(Severity.Warning, sentence);
}
