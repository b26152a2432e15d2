using DockerMigrator.FileSync.Errors;
using DockerMigrator.Native.Files;

namespace DockerMigrator.FileSync.Trees;

/// <summary>What room a tree takes, to see beforehand whether the target has it.</summary>
/// <param name="Bytes">Bytes on the disk, each inode counted once.</param>
/// <param name="Inodes">Number of inodes.</param>
public sealed record TreeSize(long Bytes, long Inodes)
{
    /// <summary>Walks a source, looking only at the status of what is there. What vanishes meanwhile does not count.</summary>
    /// <exception cref="TreeException">Something cannot be read.</exception>
    public static TreeSize Measure(IChangeSource source, CancellationToken cancellationToken = default)
    {
        var (bytes, inodes) = (0L, 0L);
        var seen = new HashSet<(DeviceNumber, ulong)>();
        var open = new Stack<(DirectoryListing Names, int Next)>();
        open.Push((source.Start().Names, 0));
        while (open.TryPop(out var current))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (current.Next == current.Names.Count)
            {
                if (open.Count > 0 && source.Leave() is var left and not Errno.None)
                    throw TreeException.Because("Walking through", source.Description, left);
                continue;
            }

            var name = current.Names[current.Next];
            open.Push(current with { Next = current.Next + 1 });
            if (source.Examine(name, out var status, out var meaning) != Errno.None || meaning != EntryMeaning.Present)
                continue;
            if (status.Links == 1 || status.Kind == FileKind.Directory || seen.Add((status.FileSystem, status.Inode)))
                (bytes, inodes) = (bytes + status.AllocatedBytes, inodes + 1);
            if (status.Kind == FileKind.Directory && source.Enter(name, out var directory) == Errno.None)
                open.Push((directory!.Names, 0));
        }

        return new TreeSize(bytes, inodes);
    }
}
