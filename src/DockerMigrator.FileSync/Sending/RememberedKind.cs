namespace DockerMigrator.FileSync.Sending;

/// <summary>What the target has under a name, as far as it matters for the next pass.</summary>
internal enum RememberedKind : byte
{
    /// <summary>Nothing that this sender ever sent.</summary>
    Unknown = 0,

    /// <summary>A file, symbolic link or node.</summary>
    Leaf = 1,

    /// <summary>A directory.</summary>
    Directory = 2,

    /// <summary>A directory that hides what the image has below it.</summary>
    OpaqueDirectory = 3,

    /// <summary>Nothing, and the image's entry is hidden.</summary>
    Removed = 4,
}
