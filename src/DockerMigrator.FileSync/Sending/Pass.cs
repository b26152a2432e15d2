namespace DockerMigrator.FileSync.Sending;

/// <summary>How a pass takes changes under its feet.</summary>
public enum Pass
{
    /// <summary>The container runs: files may change and vanish while they are read, and will be looked at again.</summary>
    Live,

    /// <summary>Nothing runs that could write: what changes now is an error, for there is no later pass to get it right.</summary>
    Final,
}
