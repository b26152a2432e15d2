namespace DockerMigrator.Native.Restore;

/// <summary>Where a restore stands, as its directory tells.</summary>
public enum RestoreState
{
    /// <summary>There is no restore directory: an ordinary container.</summary>
    None,

    /// <summary>To be restored, or being restored, or held.</summary>
    Pending,

    /// <summary>Restored; from now on an ordinary container.</summary>
    Done,

    /// <summary>Called off or failed. The container must not be started from scratch: its original goes on elsewhere.</summary>
    Failed,
}
