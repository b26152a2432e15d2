using DockerMigrator.Native.Files;

namespace DockerMigrator.FileSync.Trees;

/// <summary>A directory of a source, as found when the walk went into it.</summary>
/// <param name="Status">Its own status.</param>
/// <param name="Xattrs">Its extended attributes, without those in which a storage driver keeps its own notes.</param>
/// <param name="IsOpaque">Whether it hides all that the image has below it.</param>
/// <param name="Names">Its entries and the names removed from it.</param>
public sealed record SourceDirectory(FileStatus Status, IReadOnlyList<Xattr> Xattrs, bool IsOpaque, DirectoryListing Names);
