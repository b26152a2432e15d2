using DockerMigrator.Runtime.Bundles;

namespace DockerMigrator.Tests.Runtime.Bundles;

public sealed class ContainerCgroupTests
{
    [Theory]
    [InlineData("/docker/abc", "/docker/abc")]
    [InlineData("/parent/child/abc/", "/parent/child/abc")]
    [InlineData("system.slice:docker:abc", "/system.slice/docker-abc.scope")]
    [InlineData(":docker:abc", "/system.slice/docker-abc.scope")]
    [InlineData("a-b-c.slice:docker:abc", "/a.slice/a-b.slice/a-b-c.slice/docker-abc.scope")]
    [InlineData("-.slice:docker:abc", "/docker-abc.scope")]
    [InlineData("user.slice::abc", "/user.slice/abc.scope")]
    [InlineData("relative/abc", null)]
    public void The_cgroup_is_where_runc_puts_it(string cgroupsPath, string? expected) =>
        ContainerCgroup.FromCgroupsPath(cgroupsPath).Should().Be(expected);
}
