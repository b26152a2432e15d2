using System.Text;
using DockerMigrator.FileSync.Errors;
using DockerMigrator.Native.Files;

namespace DockerMigrator.FileSync.Trees;

/// <summary>One file by itself, as a bind mount of a file is: a tree of one name.</summary>
internal sealed class SingleFile : PlainTree
{
    private readonly byte[] _name;

    private SingleFile(FileDescriptor directory, byte[] name, string description)
        : base(directory, description) => _name = name;

    public override bool IsSingleFile => true;

    public static SingleFile Open(string path, string description)
    {
        // The file that is bound is the one at the end of all symbolic links.
        var real = File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? Path.GetFullPath(path);
        var directory = Path.GetDirectoryName(real)!;
        var error = FileCalls.Open(Encoding.UTF8.GetBytes(directory), OpenFlags.Directory | OpenFlags.NoAccessTime, out var parent);
        return error == Errno.None
            ? new SingleFile(parent, Encoding.UTF8.GetBytes(Path.GetFileName(real)), description)
            : throw TreeException.Because("Opening", directory, error);
    }

    protected override Errno Describe(FileDescriptor directory, in FileStatus status, out SourceDirectory? result)
    {
        result = new SourceDirectory(status, [], IsOpaque: false, DirectoryListing.Of(_name));
        return Errno.None;
    }
}
