namespace DockerMigrator.Protocol.Phases;

/// <summary>What came of the work of a state.</summary>
public abstract record MigrationEvent
{
    private MigrationEvent()
    {
    }

    /// <summary>The state's work is done.</summary>
    public sealed record Done : MigrationEvent;

    /// <summary>The state's work failed or was cancelled.</summary>
    /// <param name="Failure">Why.</param>
    public sealed record WentWrong(Failure Failure) : MigrationEvent;

    /// <summary>The target has said that the container does not run there and never will.</summary>
    /// <param name="Failure">Why.</param>
    public sealed record TargetDeclined(Failure Failure) : MigrationEvent;
}
