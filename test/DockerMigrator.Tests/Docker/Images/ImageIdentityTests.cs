using DockerMigrator.Docker.Images;

namespace DockerMigrator.Tests.Docker.Images;

public sealed class ImageIdentityTests
{
    private static readonly string[] Stores = ["26.1-overlay2", "26.1-containerd", "28.5-overlay2", "28.5-containerd"];

    [Fact]
    public void The_same_image_is_known_in_every_store_though_its_ID_differs()
    {
        Stores.Select(store => Recorded.Image(store).Id).Distinct().Should().HaveCount(2);
        foreach (var left in Stores)
        {
            foreach (var right in Stores)
                ImageIdentity.Same(Recorded.Image(left), Recorded.Image(right)).Should().BeTrue("{0} and {1} show the same image", left, right);
        }
    }

    [Theory]
    [InlineData("Architecture", "\"arm64\"")]
    [InlineData("RootFS", """{"Layers":["sha256:1"]}""")]
    [InlineData("Created", "\"2001-01-01T00:00:00Z\"")]
    [InlineData("Config", """{"Entrypoint":["sh"],"Env":["X=2"]}""")]
    public void An_image_that_differs_in_substance_is_another(string field, string value)
    {
        var other = Recorded.Image("28.5-containerd");
        other.Json[field] = System.Text.Json.Nodes.JsonNode.Parse(value);

        ImageIdentity.Same(Recorded.Image("28.5-overlay2"), other).Should().BeFalse();
    }

    [Theory]
    [InlineData("redis", "redis:latest")]
    [InlineData("redis:7", "redis:7")]
    [InlineData("host:5000/redis", "host:5000/redis:latest")]
    [InlineData("redis@sha256:12", "redis@sha256:12")]
    public void Names_get_their_tag(string name, string full) => ImageNames.WithTag(name).Should().Be(full);

    [Theory]
    [InlineData("sha256:abc", true)]
    [InlineData("a8f0a0a1681e", true)]
    [InlineData("redis", false)]
    [InlineData("lab/busybox", false)]
    public void IDs_are_told_from_names(string reference, bool id) => ImageNames.IsId(reference).Should().Be(id);
}
