namespace DockerMigrator.Migration.Source;

/// <summary>What to do with a container that writes faster than its memory can be sent.</summary>
public enum NoConvergence
{
    /// <summary>Freeze it all the same: the downtime is longer than the budget.</summary>
    Proceed,

    /// <summary>Give up; it goes on where it is.</summary>
    Abort,

    /// <summary>Take processor time from it, more and more, until it converges.</summary>
    Throttle,
}
