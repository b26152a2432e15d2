namespace DockerMigrator.Migration.Journals;

/// <summary>The names of steps in journals. A record is on the disk before the step that it announces begins.</summary>
public static class JournalSteps
{
    /// <summary>Source: first record; who moves where.</summary>
    public const string Begin = "begin";

    /// <summary>Source: the container is about to be slowed down; its limit of processor time is in the record.</summary>
    public const string Throttle = "throttle";

    /// <summary>Source: the restart policy is about to be switched off; the original is in the record.</summary>
    public const string RestartPolicy = "restart-policy";

    /// <summary>Source: the container is about to be paused and its network locked.</summary>
    public const string Freeze = "freeze";

    /// <summary>Source: the container is about to be stopped, to be started anew on the target.</summary>
    public const string Stop = "stop";

    /// <summary>Source: another container, which writes to a volume that is copied, is about to be paused.</summary>
    public const string PauseOther = "pause-other";

    /// <summary>Source: those others go on again.</summary>
    public const string OthersGoOn = "others-go-on";

    /// <summary>Source: a file is about to be written in a volume that the target is said to share.</summary>
    public const string Probe = "probe";

    /// <summary>Source: the commit is about to be sent. From here on only the target's word counts.</summary>
    public const string Commit = "commit";

    /// <summary>Source: the target has said that it runs the container.</summary>
    public const string Moved = "moved";

    /// <summary>Target: an image is about to be loaded that was not there.</summary>
    public const string Image = "image";

    /// <summary>Target: a volume is about to be created.</summary>
    public const string Volume = "volume";

    /// <summary>Target: a bind mount's source is about to be created.</summary>
    public const string Bind = "bind";

    /// <summary>Target: the container is about to be created.</summary>
    public const string Container = "container";

    /// <summary>Target: the container has been created, and this is its ID.</summary>
    public const string ContainerId = "container-id";

    /// <summary>Target: the container belongs here now.</summary>
    public const string Committed = "committed";

    /// <summary>Target: the container was seen running here.</summary>
    public const string Running = "running";

    /// <summary>Target: the migration is called off.</summary>
    public const string Aborted = "aborted";

    /// <summary>Nothing is left to be done.</summary>
    public const string End = "end";
}
