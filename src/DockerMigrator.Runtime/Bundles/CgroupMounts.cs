namespace DockerMigrator.Runtime.Bundles;

/// <summary>
/// What a container without a cgroup namespace sees in its <c>/sys/fs/cgroup</c> on cgroup v1: of every hierarchy its own
/// cgroup, under the name of the host's mount point (runc, <c>getCgroupMounts</c>).
/// </summary>
/// <remarks>
/// runc takes "its own" from <c>/proc/self/cgroup</c>. In a new container that is init's, which is in its cgroups by then. In a
/// restore it is that of <c>runc restore</c>, in the cgroups of containerd's shim: the container would see the host's limits as its own.
/// </remarks>
internal static class CgroupMounts
{
    // The controllers whose hierarchies runc puts a container into (libcontainer, cgroups/fs); "name=systemd" likewise.
    private static readonly string[] Joined =
    [
        "cpuset", "devices", "memory", "cpu", "cpuacct", "pids", "blkio", "hugetlb", "net_cls", "net_prio", "perf_event", "freezer", "rdma", "name=systemd",
    ];

    /// <summary>The mounts for a container.</summary>
    /// <param name="cgroup">The container's cgroup below each mount point.</param>
    /// <param name="mountInfo">Lines of <c>/proc/self/mountinfo</c>: <c>ID parent major:minor root POINT options [optional …] - TYPE source SUPEROPTIONS</c>.</param>
    /// <param name="memberships">Lines of the <c>/proc/PID/cgroup</c> of the container's parent: <c>hierarchy ID ":" controllers ":" path</c>.</param>
    public static IReadOnlyList<CgroupMount> Of(string cgroup, IEnumerable<string> mountInfo, IEnumerable<string> memberships)
    {
        var parents = new Dictionary<string, string>();
        foreach (var membership in memberships)
        {
            if (membership.Split(':', 3) is [_, { Length: > 0 } controllers, var path])
            {
                foreach (var controller in controllers.Split(','))
                    parents[controller] = path;
            }
        }

        var mounts = new List<CgroupMount>();
        var seen = new HashSet<string>();
        foreach (var line in mountInfo)
        {
            if (line.Split(" - ", 2) is not [var head, var tail] || head.Split(' ') is not [_, _, var device, var root, var point, ..]
                || tail.Split(' ') is not ["cgroup", _, var options])
            {
                continue;
            }

            var controllers = options.Split(',').Where(parents.ContainsKey).ToList();
            // A hierarchy may be mounted more than once; the first mount counts.
            if (controllers.Count == 0 || !seen.Add(device))
                continue;
            var own = controllers.Exists(Joined.Contains) ? cgroup : Relative(root, parents[controllers[0]]);
            mounts.Add(new CgroupMount(point[(point.LastIndexOf('/') + 1)..], (point + own).TrimEnd('/')));
        }

        return mounts;
    }

    // A hierarchy that a container is not put into: it stays where its parent is. Paths count from the hierarchy's root, which need not be the mount's.
    private static string Relative(string root, string path) =>
        root == "/" ? path
        : path.StartsWith(root, StringComparison.Ordinal) && (path.Length == root.Length || path[root.Length] == '/') ? path[root.Length..] : "";
}
