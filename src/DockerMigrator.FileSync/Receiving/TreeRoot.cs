using System.Text;
using DockerMigrator.FileSync.Errors;
using DockerMigrator.Native.Files;

namespace DockerMigrator.FileSync.Receiving;

/// <summary>Where a tree is written: a directory beyond which nothing is ever touched, or a single file.</summary>
public sealed class TreeRoot : IDisposable
{
    internal TreeRoot(FileDescriptor directory, string description, byte[]? singleFile = null)
    {
        Directory = directory;
        Description = description;
        SingleFile = singleFile;
    }

    /// <summary>What it is, for messages: "volume 'data'".</summary>
    public string Description { get; }

    /// <summary>The root directory, for looking at what is there.</summary>
    public FileDescriptor Directory { get; }

    /// <summary>The only name that may be written, if the tree is a single file.</summary>
    internal byte[]? SingleFile { get; }

    /// <summary>An existing directory of the host; symbolic links on the way to it are followed.</summary>
    /// <exception cref="TreeException">It is not there, or no directory.</exception>
    public static TreeRoot OpenDirectory(string path, string description)
    {
        var error = FileCalls.Open(Encoding.UTF8.GetBytes(path), OpenFlags.Directory, out var directory);
        return error == Errno.None ? new TreeRoot(directory, description) : throw TreeException.Because("Opening", path, error);
    }

    /// <summary>A file of the host, there already or not, in an existing directory; it is replaced, not written through.</summary>
    /// <exception cref="TreeException">Its directory is not there.</exception>
    public static TreeRoot OpenFile(string path, string description)
    {
        var directory = Path.GetDirectoryName(Path.GetFullPath(path)) ?? throw new TreeException($"'{path}' is no file.");
        var error = FileCalls.Open(Encoding.UTF8.GetBytes(directory), OpenFlags.Directory, out var parent);
        return error == Errno.None
            ? new TreeRoot(parent, description, Encoding.UTF8.GetBytes(Path.GetFileName(path)))
            : throw TreeException.Because("Opening", directory, error);
    }

    /// <inheritdoc/>
    public void Dispose() => Directory.Dispose();
}
