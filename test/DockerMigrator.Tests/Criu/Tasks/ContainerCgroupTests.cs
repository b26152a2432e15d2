using DockerMigrator.Criu.Tasks;
using DockerMigrator.Native.Mounts;

namespace DockerMigrator.Tests.Criu.Tasks;

public sealed class ContainerCgroupTests
{
    private const string Id = "1ab06236ed3fa2cf713ade7578b1e0621aa9d4b841ac41799850c966a43bae21";

    private const string V1Mounts =
        "30 24 0:26 / /sys/fs/cgroup ro,nosuid shared:9 - tmpfs tmpfs ro,mode=755\n"
        + "31 30 0:27 / /sys/fs/cgroup/unified rw,nosuid shared:10 - cgroup2 cgroup2 rw\n"
        + "40 30 0:30 / /sys/fs/cgroup/cpu,cpuacct rw,nosuid shared:12 - cgroup cgroup rw,cpu,cpuacct\n"
        + "41 30 0:31 / /sys/fs/cgroup/freezer rw,nosuid shared:13 - cgroup cgroup rw,freezer\n"
        + "42 30 0:32 / /sys/fs/cgroup/systemd rw,nosuid shared:11 - cgroup cgroup rw,xattr,name=systemd\n";

    [Fact]
    public void On_v1_the_freezer_hierarchy_freezes_and_every_hierarchy_has_a_directory()
    {
        var cgroup = Resolve($"5:freezer:/docker/{Id}\n4:cpu,cpuacct:/docker/{Id}\n1:name=systemd:/docker/{Id}\n0::/docker/{Id}\n", V1Mounts)!;

        cgroup.Freezer.Should().BeOfType<FreezerV1>();
        cgroup.Freezer.CgroupDirectory.Should().Be($"/sys/fs/cgroup/freezer/docker/{Id}");
        cgroup.Directories.Should().BeEquivalentTo(
            $"/sys/fs/cgroup/freezer/docker/{Id}", $"/sys/fs/cgroup/cpu,cpuacct/docker/{Id}",
            $"/sys/fs/cgroup/systemd/docker/{Id}", $"/sys/fs/cgroup/unified/docker/{Id}");
    }

    [Fact]
    public void On_v2_the_unified_hierarchy_freezes()
    {
        var cgroup = Resolve($"0::/system.slice/docker-{Id}.scope\n", "24 21 0:24 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw,nsdelegate\n")!;

        cgroup.Freezer.Should().BeOfType<FreezerV2>();
        cgroup.Freezer.CgroupDirectory.Should().Be($"/sys/fs/cgroup/system.slice/docker-{Id}.scope");
    }

    [Fact]
    public void A_v1_freezer_that_is_mounted_but_not_used_does_not_count()
    {
        var cgroup = Resolve($"6:freezer:/\n0::/docker/{Id}\n", V1Mounts)!;

        cgroup.Freezer.CgroupDirectory.Should().Be($"/sys/fs/cgroup/unified/docker/{Id}");
    }

    [Fact]
    public void An_init_that_moved_further_down_is_followed_up_to_its_container()
    {
        var cgroup = Resolve($"0::/system.slice/docker-{Id}.scope/init.scope\n", "24 21 0:24 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n")!;

        cgroup.Freezer.CgroupDirectory.Should().EndWith(".scope").And.NotContain("init.scope");
    }

    [Fact]
    public void A_hierarchy_mounted_from_below_its_root_is_found_by_the_rest_of_the_path()
    {
        var cgroup = Resolve($"0::/outer/docker/{Id}\n", "24 21 0:24 /outer /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n")!;

        cgroup.Freezer.CgroupDirectory.Should().Be($"/sys/fs/cgroup/docker/{Id}");
        Resolve($"0::/outerspace/docker/{Id}\n", "24 21 0:24 /outer /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n").Should().BeNull();
    }

    [Fact]
    public void Without_a_hierarchy_that_freezes_there_is_none() => Resolve("0::/\n1:cpu:/docker\n", V1Mounts).Should().BeNull();

    private static ContainerCgroup? Resolve(string memberships, string mounts) =>
        ContainerCgroup.Resolve(CgroupMembership.ParseAll(memberships), MountTable.Parse(mounts), Id);
}
