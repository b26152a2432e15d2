namespace DockerMigrator.FileSync.Wire;

/// <summary>What kind of change stream follows.</summary>
[Flags]
internal enum StreamFlags : byte
{
    None = 0,

    /// <summary>Directories are listed completely: what is not mentioned in one is to be removed.</summary>
    Mirror = 1,

    /// <summary>The root holds one file, and has itself no metadata to set.</summary>
    SingleFile = 2,
}
