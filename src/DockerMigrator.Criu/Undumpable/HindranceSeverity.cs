namespace DockerMigrator.Criu.Undumpable;

/// <summary>How bad a hindrance is.</summary>
public enum HindranceSeverity
{
    /// <summary>It may go wrong; the user should know.</summary>
    Warning,

    /// <summary>CRIU will fail.</summary>
    Refusal,
}
