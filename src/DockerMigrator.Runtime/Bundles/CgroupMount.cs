namespace DockerMigrator.Runtime.Bundles;

/// <summary>A hierarchy of cgroup v1 as a container is to see it.</summary>
/// <param name="Name">The directory's name in the container's <c>/sys/fs/cgroup</c>: that of the host's mount point.</param>
/// <param name="Source">The directory of the host that is bound there.</param>
internal readonly record struct CgroupMount(string Name, string Source);
