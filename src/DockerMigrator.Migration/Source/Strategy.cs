namespace DockerMigrator.Migration.Source;

/// <summary>How memory is moved.</summary>
public enum Strategy
{
    /// <summary>Round after round while the container runs; only what changed last in the freeze.</summary>
    PreCopy,

    /// <summary>All of it in the freeze.</summary>
    StopAndCopy,
}
