using DockerMigrator.Native.Restore;
using DockerMigrator.Runtime.Bundles;
using DockerMigrator.Runtime.CommandLine;

namespace DockerMigrator.Runtime.Restoring;

/// <summary>Finds the restore directory that a call of the runtime is about.</summary>
internal static class RestoreDirectories
{
    /// <summary>Whether there is any: one look, since every call of every container on the host pays for it.</summary>
    public static bool Any()
    {
        var path = RestoreDirectory.Base;
        return Directory.Exists(path) && Directory.EnumerateFileSystemEntries(path).GetEnumerator().MoveNext();
    }

    /// <summary>The restore directory of the container that this call names, or null if it is an ordinary container.</summary>
    public static RestoreDirectory? Find(RuncCommandLine line)
    {
        if (line.ContainerId is not { } id)
            return null;
        var named = RestoreDirectory.For(id);
        if (Directory.Exists(named.Path))
            return named;
        return line is { Command: "create", Bundle: { } bundle } ? FindByBundle(new Bundle(bundle), id) : null;
    }

    /// <summary>
    /// runc's ID need not be Docker's. What every Docker container's bundle names is Docker's ID of it, in the paths of the
    /// files mounted over <c>/etc/hosts</c> and its like. Later calls have no bundle, so a link tells them.
    /// </summary>
    private static RestoreDirectory? FindByBundle(Bundle bundle, string runcId)
    {
        foreach (var path in Directory.EnumerateDirectories(RestoreDirectory.Base))
        {
            var containerId = Path.GetFileName(path);
            if (File.ResolveLinkTarget(path, returnFinalTarget: false) is not null || !bundle.BelongsTo(containerId))
                continue;
            var link = RestoreDirectory.For(runcId).Path;
            File.Delete(link); // One that dangles is left of an earlier migration.
            File.CreateSymbolicLink(link, containerId);
            return RestoreDirectory.For(containerId);
        }

        return null;
    }
}
