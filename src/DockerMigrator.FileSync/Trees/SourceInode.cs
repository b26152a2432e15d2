using DockerMigrator.Native.Files;

namespace DockerMigrator.FileSync.Trees;

/// <summary>A source's file, symbolic link or node, held so that nothing can take its place while it is sent.</summary>
/// <param name="File">Open for reading if it is a regular file, else only a place (O_PATH).</param>
/// <param name="Status">The status of exactly this inode.</param>
/// <param name="Xattrs">Its extended attributes, without those in which a storage driver keeps its own notes.</param>
public sealed record SourceInode(FileDescriptor File, FileStatus Status, IReadOnlyList<Xattr> Xattrs) : IDisposable
{
    /// <summary>Where a regular file's content is to be read, if not in the file itself.</summary>
    public FileDescriptor? Content { get; init; }

    /// <inheritdoc/>
    public void Dispose()
    {
        File.Dispose();
        Content?.Dispose();
    }
}
