namespace DockerMigrator.Docker.Rules;

/// <summary>Something found before anything was touched.</summary>
/// <param name="Severity">Whether it ends the migration.</param>
/// <param name="Sentence">What it is and what to do about it, for the user.</param>
public sealed record Finding(Severity Severity, string Sentence)
{
    /// <summary>Whether it is about a running program's move only: one that is started anew on the target (<c>--mode restart</c>) does not mind.</summary>
    public bool OnlyLive { get; init; }

    /// <summary>A reason not to move the container.</summary>
    public static Finding Refuse(string sentence) => new(Severity.Refusal, sentence);

    /// <summary>A reason not to move the running program; its files could move, and it be started anew.</summary>
    public static Finding RefuseLive(string sentence) => Refuse(sentence) with { OnlyLive = true };

    /// <summary>A thing to know.</summary>
    public static Finding Warn(string sentence) => new(Severity.Warning, sentence);

    /// <summary>A thing to know if the running program moves.</summary>
    public static Finding WarnLive(string sentence) => Warn(sentence) with { OnlyLive = true };
}
