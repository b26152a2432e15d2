using DockerMigrator.FileSync.Receiving;
using DockerMigrator.FileSync.Trees;
using DockerMigrator.Native.Files;

namespace DockerMigrator.FileSync.Sending;

/// <summary>Which directories a pass has to look at, if not at all of them.</summary>
internal sealed class PassPlan
{
    private readonly HashSet<UInt128> _look = [];
    private readonly HashSet<UInt128> _way = [];

    private PassPlan()
    {
    }

    /// <summary>A plan to look at the directories in which something has happened; null if the whole tree must be looked at.</summary>
    /// <param name="root">The tree's root.</param>
    /// <param name="paths">The directories, as paths below the root.</param>
    /// <param name="known">What the target has.</param>
    public static PassPlan? TryMake(FileDescriptor root, IEnumerable<byte[]> paths, TreeMemory known)
    {
        var plan = new PassPlan();
        foreach (var path in paths)
        {
            var key = TreeMemory.Root;
            plan._way.Add(key);
            for (var rest = path.AsSpan(); rest.Length > 0;)
            {
                var slash = rest.IndexOf((byte)'/');
                var name = slash < 0 ? rest : rest[..slash];
                if (name.Length > TreePath.LongestName)
                    return null;
                key = TreeMemory.KeyOf(key, name);
                plan._way.Add(key);
                rest = slash < 0 ? default : rest[(slash + 1)..];
            }

            plan._look.Add(key);
            if (HasChangedLinks(root, path, known.Peek(key)))
                return null;
        }

        return plan;
    }

    /// <summary>Whether a directory's own entries must be looked at.</summary>
    public bool LooksAt(UInt128 key) => _look.Contains(key);

    /// <summary>Whether there is anything to look at in a directory or below it.</summary>
    public bool LeadsTo(UInt128 key) => _way.Contains(key);

    // A file of several names that was changed under one of them is to be sent with all of them, wherever they are.
    private static bool HasChangedLinks(FileDescriptor root, byte[] path, DirectoryMemoryReader known)
    {
        var error = BeneathOpener.OpenDirectory(root, path, out var place);
        using (place)
        {
            if (error != Errno.None)
                return error is not (Errno.ENOENT or Errno.ENOTDIR or Errno.ELOOP);
            error = FileCalls.OpenAt(place!, "."u8, OpenFlags.Directory | OpenFlags.NoAccessTime, 0, out var directory);
            using (directory)
            {
                if (error != Errno.None || DirectoryListing.Read(directory, out var names) != Errno.None)
                    return true;
                for (var i = 0; i < names.Count; i++)
                {
                    var entry = known.TakeUpTo(names[i]);
                    if (FileCalls.StatAt(directory, names[i], out var status) == Errno.None && status is { Links: > 1, Kind: not FileKind.Directory }
                        && entry.Signature != EntrySignature.Of(status))
                        return true;
                }
            }
        }

        return false;
    }
}
