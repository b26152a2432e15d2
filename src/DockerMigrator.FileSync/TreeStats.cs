namespace DockerMigrator.FileSync;

/// <summary>What one pass over a tree moved.</summary>
/// <param name="Entries">Entries in the stream, directories and removals included.</param>
/// <param name="Bytes">Bytes of file content in the stream.</param>
/// <param name="Removed">Paths that were removed.</param>
/// <param name="Unsettled">Files and directories that changed during this pass or just before it, and so will be sent again by the next one. The receiver cannot know: 0.</param>
public sealed record TreeStats(long Entries, long Bytes, long Removed, long Unsettled);
