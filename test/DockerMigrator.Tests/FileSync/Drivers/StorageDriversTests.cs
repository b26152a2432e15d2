using DockerMigrator.FileSync.Drivers;
using DockerMigrator.FileSync.Errors;

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
}
