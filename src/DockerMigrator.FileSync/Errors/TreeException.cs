using DockerMigrator.FileSync.Trees;
using DockerMigrator.Native.Files;
using DockerMigrator.Protocol.Errors;

namespace DockerMigrator.FileSync.Errors;

/// <summary>Files could not be read, sent, received or written, told in one sentence.</summary>
public sealed class TreeException : MigratorException
{
    /// <summary>A failure told in one sentence.</summary>
    public TreeException(string message)
        : base(message)
    {
    }

    /// <summary>A failure told in one sentence, with what caused it.</summary>
    public TreeException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>The kernel's reason, if a system call failed; <see cref="Errno.None"/> otherwise.</summary>
    public Errno Reason { get; private init; }

    /// <summary>A failed system call: "Writing 'a/b' in volume 'data' failed: no space left on device."</summary>
    /// <param name="doing">What was being done, as the start of a sentence: "Writing".</param>
    /// <param name="path">The path in the tree that it was done to; empty is the root.</param>
    /// <param name="tree">The tree's description: "volume 'data'".</param>
    /// <param name="reason">What the kernel said.</param>
    public static TreeException Because(string doing, ReadOnlySpan<byte> path, string tree, Errno reason) =>
        new(path.IsEmpty ? $"{doing} {tree} failed: {reason.Describe()}." : $"{doing} '{TreePath.Printable(path)}' in {tree} failed: {reason.Describe()}.")
        {
            Reason = reason,
        };

    /// <summary>A failed system call on a whole tree or a path of the host.</summary>
    public static TreeException Because(string doing, string what, Errno reason) => Because(doing, default, what, reason);
}
