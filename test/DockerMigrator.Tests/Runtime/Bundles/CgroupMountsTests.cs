using DockerMigrator.Runtime.Bundles;

namespace DockerMigrator.Tests.Runtime.Bundles;

public sealed class CgroupMountsTests
{
    private static readonly string[] MountInfo =
    [
        "22 1 8:1 / / rw,relatime - ext4 /dev/vda1 rw",
        "31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755",
        "32 31 0:29 / /sys/fs/cgroup/systemd rw,nosuid shared:9 - cgroup cgroup rw,xattr,name=systemd",
        "33 31 0:30 / /sys/fs/cgroup/cpu,cpuacct rw,nosuid shared:10 master:2 - cgroup cgroup rw,cpu,cpuacct",
        "34 31 0:31 / /sys/fs/cgroup/memory rw,nosuid - cgroup cgroup rw,memory",
        "35 31 0:41 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw",
        "36 22 0:31 / /mnt/memory rw,nosuid - cgroup cgroup rw,memory",
        "37 31 0:32 /outer /sys/fs/cgroup/misc rw - cgroup cgroup rw,misc",
        "38 31 0:33 / /sys/fs/cgroup/unknown rw - cgroup cgroup rw,name=mine",
        "torn",
    ];

    [Fact]
    public void Every_hierarchy_shows_the_containers_own_cgroup_under_the_name_of_its_first_mount_point()
    {
        string[] memberships = ["7:cpu,cpuacct:/shim", "6:memory:/shim", "5:misc:/outer/shim", "1:name=systemd:/shim", "0::/shim", "torn"];

        CgroupMounts.Of("/docker/abc", MountInfo, memberships).Should().Equal(
            new CgroupMount("systemd", "/sys/fs/cgroup/systemd/docker/abc"),
            new CgroupMount("cpu,cpuacct", "/sys/fs/cgroup/cpu,cpuacct/docker/abc"),
            new CgroupMount("memory", "/sys/fs/cgroup/memory/docker/abc"),
            // runc puts nothing into this one.
            new CgroupMount("misc", "/sys/fs/cgroup/misc/shim"));
    }

    [Theory]
    [InlineData("/outer", "/sys/fs/cgroup/misc")]
    [InlineData("/outer/a/b", "/sys/fs/cgroup/misc/a/b")]
    [InlineData("/outermost", "/sys/fs/cgroup/misc")]
    public void A_parents_cgroup_counts_from_the_mounts_root(string membership, string expected) =>
        CgroupMounts.Of("/docker/abc", MountInfo, [$"5:misc:{membership}"]).Should().Equal(new CgroupMount("misc", expected));

    [Fact]
    public void There_is_none_on_cgroup_v2() =>
        CgroupMounts.Of("/docker/abc", ["35 31 0:41 / /sys/fs/cgroup rw,relatime - cgroup2 cgroup2 rw"], ["0::/shim"]).Should().BeEmpty();
}
