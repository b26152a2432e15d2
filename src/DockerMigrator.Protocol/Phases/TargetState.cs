namespace DockerMigrator.Protocol.Phases;

/// <summary>Where a migration stands, seen from the agent.</summary>
public enum TargetState
{
    /// <summary>Nobody has said hello.</summary>
    Connected,

    /// <summary>The versions fit.</summary>
    Greeted,

    /// <summary>The container can come here; nothing is changed yet.</summary>
    Checked,

    /// <summary>The container exists, not started; its files are arriving.</summary>
    Created,

    /// <summary>Memory pages may come, while files go on arriving.</summary>
    Prepared,

    /// <summary>The checkpoint is here.</summary>
    Loaded,

    /// <summary>The container is restored and held before its first instruction, or complete and not started.</summary>
    Held,

    /// <summary>The container belongs to this host.</summary>
    Committed,

    /// <summary>Something went wrong before the commit: the migration can only be aborted.</summary>
    Failed,

    /// <summary>Nothing is left to be done on this connection.</summary>
    Ended,
}
