namespace DockerMigrator.FileSync.Sending;

/// <summary>What a pass does in a directory.</summary>
internal enum FrameMode
{
    /// <summary>Looks at everything in it and below it.</summary>
    Scan,

    /// <summary>Looks at what it holds; below it, only at what changed.</summary>
    Look,

    /// <summary>Nothing has happened in it, only somewhere below it.</summary>
    Way,
}
