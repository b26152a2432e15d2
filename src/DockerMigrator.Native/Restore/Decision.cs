namespace DockerMigrator.Native.Restore;

/// <summary>What becomes of a restore that waits at CRIU's <c>post-restore</c>: the one thing that all parties must agree on.</summary>
public enum Decision
{
    /// <summary>The restored container may run: from here on it is the only one.</summary>
    Commit,

    /// <summary>The restore is undone before one restored instruction has run.</summary>
    Abort,
}
