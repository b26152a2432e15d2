namespace DockerMigrator.Docker.Rules;

/// <summary>What a finding means for the migration.</summary>
public enum Severity
{
    /// <summary>The user should know; the migration goes on.</summary>
    Warning,

    /// <summary>The container cannot be moved like this.</summary>
    Refusal,
}
