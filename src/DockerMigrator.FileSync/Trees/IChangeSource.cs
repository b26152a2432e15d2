using DockerMigrator.FileSync.Watching;
using DockerMigrator.Native.Files;

namespace DockerMigrator.FileSync.Trees;

/// <summary>
/// What there is to send, as a walk that stands in one directory at a time: a volume's whole tree, or what a container
/// changed on top of its image, however its storage driver writes that down. Live trees change under the walk, so a call
/// says by its result when something is gone (ENOENT), or became something else (ENOTDIR, ELOOP).
/// </summary>
public interface IChangeSource : IDisposable
{
    /// <summary>What it is, for messages: "volume 'data'".</summary>
    string Description { get; }

    /// <summary>The container is about to be stopped, and its file systems unmounted: what may be needed of them later is opened.</summary>
    void KeepOpen();

    /// <summary>Whether this is all there is (the target removes everything else) or a difference to the image's layers.</summary>
    bool IsWholeTree { get; }

    /// <summary>Whether the tree is a directory around one file, whose own metadata is no part of it.</summary>
    bool IsSingleFile { get; }

    /// <summary>Notes what happens in the tree, from the first time on that this is asked for; null where that is not possible.</summary>
    TreeWatch? Watch => null;

    /// <summary>Whether files may have other content than before without any time that tells.</summary>
    bool MayHaveChangedUntold => false;

    /// <summary>Goes (back) to the root.</summary>
    /// <exception cref="Errors.TreeException">The root cannot be read.</exception>
    SourceDirectory Start();

    /// <summary>Writes back dirty pages, so that a later store through a mapping changes the file's times again.</summary>
    void Flush();

    /// <summary>Goes into a subdirectory.</summary>
    Errno Enter(ReadOnlySpan<byte> name, out SourceDirectory? directory);

    /// <summary>Goes up. ESTALE: the directory was moved meanwhile.</summary>
    Errno Leave();

    /// <summary>The current directory's status now.</summary>
    Errno Examine(out FileStatus status);

    /// <summary>An entry of the current directory.</summary>
    Errno Examine(ReadOnlySpan<byte> name, out FileStatus status, out EntryMeaning meaning);

    /// <summary>
    /// Whether an entry that was never sent is just as the image has it. A directory's entries do not count, and it is
    /// asked for when the walk has gone into it.
    /// </summary>
    bool IsAsInImage(ReadOnlySpan<byte> name, in FileStatus status);

    /// <summary>Opens an entry that is not a directory. ENOENT also if it became something else than <paramref name="kind"/>.</summary>
    Errno Open(ReadOnlySpan<byte> name, FileKind kind, out SourceInode? inode);

    /// <summary>Where an open symbolic link points.</summary>
    byte[] ReadLink(SourceInode link);

    /// <summary>The path from the root to an entry of the current directory.</summary>
    byte[] PathTo(ReadOnlySpan<byte> name);
}
