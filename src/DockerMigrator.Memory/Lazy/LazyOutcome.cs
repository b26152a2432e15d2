namespace DockerMigrator.Memory.Lazy;

/// <summary>How a lazy restore ended.</summary>
public enum LazyOutcome
{
    /// <summary>Every process has its memory, or is no more.</summary>
    Delivered,

    /// <summary>The restore did not take place.</summary>
    CalledOff,
}
