using System.Text;
using System.Text.Json.Nodes;
using DockerMigrator.Runtime.Bundles;

namespace DockerMigrator.Tests.Runtime.Bundles;

public sealed class CgroupMountEditTests
{
    private static readonly CgroupMount[] Mounts = [new("memory", "/sys/fs/cgroup/memory/docker/abc"), new("cpu,cpuacct", "/c g/docker/abc")];

    [Fact]
    public void The_mount_becomes_one_bind_mount_a_hierarchy_and_the_text_around_it_stays_byte_for_byte()
    {
        const string Head = "{ \"n\": 1.0e2, \"future\":{\"\\u00e4\":null},\"mounts\":[ {\"type\":\"proc\",\"destination\":\"/proc\"},\n";
        const string Mount = """{"destination":"/sys/fs/cgroup","type":"cgroup","source":"cgroup","options":["ro", "nosuid"]}""";
        const string Tail = ", {\"type\":\"bind\",\"future\":[{}]} ],\t\"linux\":{\"namespaces\":[{\"type\":\"pid\"}]} }\n";

        var changed = Apply(Head + Mount + Tail);

        changed.Should().StartWith(Head).And.EndWith(Tail);
        var mounts = JsonNode.Parse(changed)!["mounts"]!.AsArray();
        mounts.Select(mount => $"{mount!["type"]} {mount["destination"]}").Should().Equal(
            "proc /proc", "tmpfs /sys", "bind /sys/fs/cgroup/memory", "bind /sys/fs/cgroup/cpu,cpuacct", "bind ");
        mounts[2]!.ToJsonString().Should().Be(
            """{"destination":"/sys/fs/cgroup/memory","type":"bind","source":"/sys/fs/cgroup/memory/docker/abc","options":["rbind","ro","nosuid"]}""");
        mounts[3]!["source"]!.GetValue<string>().Should().Be("/c g/docker/abc");
    }

    [Theory]
    [InlineData("""{"mounts":[{"type":"cgroup","destination":"/sys/fs/cgroup/"}]}""", 3)]
    [InlineData("""{"mounts":[{"type":"cgroup","destination":"/sys/fs/cgroup","options":null}],"linux":null}""", 3)]
    [InlineData("""{"mounts":[{"type":"cgroup","destination":"/sys/fs/cgroup","options":[]}],"linux":{"namespaces":[]}}""", 3)]
    [InlineData("""{"mounts":[{"type":"cgroup"}]}""", 1)]
    [InlineData("""{"mounts":[{"type":"cgroup","destination":"/sys/fs/cgroup"}],"linux":{"namespaces":[{"type":"pid"},{"type":"cgroup"}]}}""", 1)]
    [InlineData("""{"mounts":[{"type":"bind","destination":"/sys/fs/cgroup","source":"cgroup"}]}""", 1)]
    [InlineData("""{"mounts":[1]}""", 1)]
    public void Only_a_mount_that_stands_for_bind_mounts_is_replaced(string json, int mounts)
    {
        var changed = Apply(json);

        JsonNode.Parse(changed)!["mounts"]!.AsArray().Should().HaveCount(mounts);
        if (mounts == 1)
            changed.Should().Be(json);
    }

    [Theory]
    [InlineData("""{}""")]
    [InlineData("""{"mounts":null}""")]
    public void A_configuration_without_mounts_stays_as_it_is(string json) => Apply(json).Should().Be(json);

    [Fact]
    public void Without_hierarchies_of_cgroup_v1_nothing_changes()
    {
        var json = """{"mounts":[{"type":"cgroup","destination":"/sys/fs/cgroup"}]}"""u8.ToArray();

        CgroupMountEdit.Apply(json, []).Should().Equal(json);
    }

    private static string Apply(string json) => Encoding.UTF8.GetString(CgroupMountEdit.Apply(Encoding.UTF8.GetBytes(json), Mounts));
}
