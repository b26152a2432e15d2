namespace DockerMigrator.Memory.Lazy;

/// <summary>What CRIU can tell the server of a lazy restore.</summary>
internal enum RestoreMessageKind
{
    /// <summary>A process and its memory.</summary>
    Process,

    /// <summary>A process without memory.</summary>
    Zombie,

    /// <summary>The restore has succeeded.</summary>
    Finished,

    /// <summary>CRIU is gone.</summary>
    End,
}
