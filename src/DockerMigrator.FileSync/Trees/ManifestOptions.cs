namespace DockerMigrator.FileSync.Trees;

/// <summary>What a <see cref="TreeManifest"/> tells besides what it always tells.</summary>
[Flags]
public enum ManifestOptions
{
    /// <summary>Nothing more.</summary>
    None = 0,

    /// <summary>Access times. Reading a directory in between changes them.</summary>
    AccessTimes = 1,

    /// <summary>Where files have data and where holes; file systems differ in their granularity.</summary>
    Holes = 2,
}
