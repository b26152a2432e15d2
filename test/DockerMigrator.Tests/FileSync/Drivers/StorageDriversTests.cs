using DockerMigrator.FileSync.Drivers;
using DockerMigrator.FileSync.Errors;
using DockerMigrator.Native.Mounts;

namespace DockerMigrator.Tests.FileSync.Drivers;

public sealed class StorageDriversTests
{
    [Fact]
    public void An_unsupported_driver_is_named()
    {
        var detect = () => StorageDrivers.Detect(new ContainerStorage("id", "zfs", "/var/lib/docker"));

        detect.Should().Throw<TreeException>().WithMessage("Docker's storage driver 'zfs' is not supported; supported are overlay2, overlay, overlayfs, aufs, vfs.");
    }

    [Fact]
    public void Containers_cannot_come_where_only_leaving_is_possible()
    {
        StorageDrivers.WritingProblem("aufs").Should().Contain("moves them away but not to");
        StorageDrivers.WritingProblem("zfs").Should().Contain("'zfs' is not supported");
        StorageDrivers.WritingProblem("overlay").Should().BeNull();
    }

    [Fact]
    public void A_mount_table_is_read_with_its_escapes()
    {
        var mounts = MountTable.Parse("36 35 98:0 /r\\040s /a\\040b rw,noatime master:1 propagate_from:2 - overlay overlay rw,upperdir=/x\\054y,lowerdir=/a\\134:b:/c\nbroken line\n");

        mounts.Should().ContainSingle().Which.Should().BeEquivalentTo(new MountEntry(36, "/r s", "/a b", "overlay", ["rw", "upperdir=/x,y", "lowerdir=/a\\:b:/c"]));
    }
}
