namespace DockerMigrator.Protocol.Convergence;

/// <summary>What follows from a scan.</summary>
public enum PreCopyDecision
{
    /// <summary>Send what it found while the container runs, and scan again.</summary>
    GoOn,

    /// <summary>What it found can be sent in the freeze within the budget.</summary>
    Freeze,

    /// <summary>It cannot, and further rounds would not change that.</summary>
    NotConverging,
}
