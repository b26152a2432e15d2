using DockerMigrator.Criu.Errors;
using DockerMigrator.Native.Mounts;

namespace DockerMigrator.Criu.Tasks;

/// <summary>The cgroup directories of a container.</summary>
/// <param name="Directories">One directory a hierarchy.</param>
/// <param name="Freezer">The one that freezes: of the v1 freezer hierarchy where there is one, else the unified one.</param>
public sealed record ContainerCgroup(IReadOnlyList<string> Directories, Freezer Freezer)
{
    /// <summary>
    /// Finds the cgroup of the container whose init is <paramref name="initPid"/>. An init that moved itself further down
    /// (as systemd does) is followed up to the directory that carries <paramref name="containerId"/> in its name.
    /// </summary>
    /// <exception cref="CriuException">The process is gone, or has no cgroup that can freeze it.</exception>
    public static ContainerCgroup Find(int initPid, string? containerId = null)
    {
        var text = ProcFile.TryRead($"/proc/{initPid}/cgroup")
            ?? throw new CriuException($"The container's init process {initPid} is gone.");
        return Resolve(CgroupMembership.ParseAll(text), MountTable.Own(), containerId)
            ?? throw new CriuException($"Process {initPid} is in no cgroup that can freeze it (neither a v1 freezer nor the unified hierarchy).");
    }

    /// <summary>Finds the directories of <paramref name="memberships"/> among <paramref name="mounts"/>; null if none can freeze.</summary>
    public static ContainerCgroup? Resolve(
        IReadOnlyList<CgroupMembership> memberships, IReadOnlyList<MountEntry> mounts, string? containerId)
    {
        var directories = new List<string>();
        Freezer? freezer = null;
        foreach (var membership in memberships)
        {
            if (FindDirectory(membership, mounts, containerId) is not { } directory)
                continue;
            if (membership.Controllers.Contains("freezer") && HasOwnCgroup(membership))
                freezer = new FreezerV1(directory);
            else if (membership.IsUnified && freezer is null && HasOwnCgroup(membership))
                freezer = new FreezerV2(directory);
            directories.Add(directory);
        }

        return freezer is null ? null : new ContainerCgroup(directories, freezer);
    }

    // The hierarchy that Docker does not use is often mounted too, with every process in its root, which cannot be frozen.
    private static bool HasOwnCgroup(CgroupMembership membership) => membership.Path != "/";

    private static string? FindDirectory(CgroupMembership membership, IReadOnlyList<MountEntry> mounts, string? containerId)
    {
        var path = OwnPath(membership.Path, containerId);
        foreach (var mount in mounts)
        {
            if (!IsMountOf(mount, membership))
                continue;
            var root = mount.Root == "/" ? "" : mount.Root;
            if (path == root || path.StartsWith(root + "/", StringComparison.Ordinal))
                return mount.MountPoint.TrimEnd('/') + path[root.Length..].TrimEnd('/');
        }

        return null;
    }

    private static bool IsMountOf(MountEntry mount, CgroupMembership membership) => membership.IsUnified
        ? mount.FileSystem == "cgroup2"
        : mount.FileSystem == "cgroup" && membership.Controllers.All(mount.Options.Contains);

    private static string OwnPath(string path, string? containerId)
    {
        if (containerId is null)
            return path;
        var position = path.LastIndexOf(containerId, StringComparison.Ordinal);
        if (position < 0)
            return path;
        var end = path.IndexOf('/', position);
        return end < 0 ? path : path[..end];
    }
}
