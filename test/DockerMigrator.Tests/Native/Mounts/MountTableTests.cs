using DockerMigrator.Native.Mounts;

namespace DockerMigrator.Tests.Native.Mounts;

public sealed class MountTableTests
{
    [Fact]
    public void A_mount_table_is_read_with_its_escapes()
    {
        var mounts = MountTable.Parse("36 35 98:0 /r\\040s /a\\040b rw,noatime master:1 propagate_from:2 - overlay overlay rw,upperdir=/x\\054y,lowerdir=/a\\134:b:/c\nbroken line\n");

        mounts.Should().ContainSingle().Which.Should().BeEquivalentTo(new MountEntry(36, "/r s", "/a b", "overlay", ["rw", "upperdir=/x,y", "lowerdir=/a\\:b:/c"]));
    }

    [Fact]
    public void Torn_lines_are_left_out() =>
        MountTable.Parse("1 0 8:1 / /mnt rw - ext4 /dev/sda1 rw\n2 1 0:5 / /x rw - tmp\nx 1 0:5 / /x rw - tmpfs none rw\n3 1 0").Should().ContainSingle().Which.Id.Should().Be(1);

    [Fact]
    public void This_process_has_a_root() => MountTable.Own().Should().Contain(mount => mount.MountPoint == "/");
}
