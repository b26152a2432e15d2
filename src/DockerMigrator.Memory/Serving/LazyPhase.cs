namespace DockerMigrator.Memory.Serving;

/// <summary>How far a lazy restore is. One that is complete leaves nothing that could tell.</summary>
public enum LazyPhase
{
    /// <summary>The container does not run yet.</summary>
    Waiting,

    /// <summary>It runs, and its memory is still arriving.</summary>
    Serving,

    /// <summary>Its memory can not be delivered, and it was killed.</summary>
    Failed,
}
