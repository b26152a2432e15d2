using System.Text.Json.Nodes;
using DockerMigrator.Docker.Json;
using DockerMigrator.Docker.Recipes;
using DockerMigrator.Docker.Volumes;

namespace DockerMigrator.Tests.Docker.Recipes;

public sealed class BindRelocationTests
{
    [Fact]
    public void A_bind_mount_comes_from_the_other_path_wherever_it_is_told_of_and_all_else_stays()
    {
        var before = Recorded.Container("rich", "28.5").With(json =>
        {
            json["HostConfig"]!["Binds"] = JsonNode.Parse("""["/srv/bind:/bind/:ro","voln:/data","/srv/bind:/b3"]""");
            json["HostConfig"]!["Mounts"] = JsonNode.Parse("""[{"Type":"bind","Source":"/srv/bind","Target":"/b2","BindOptions":{"Propagation":"rslave"}},{"Type":"volume","Source":"v","Target":"/bind"}]""");
        });

        var after = BindRelocation.Apply(before, new Dictionary<string, string> { ["/bind"] = "/mnt/a", ["/b2"] = "/mnt/b" });

        after.HostConfig.Texts("Binds").Should().Equal("/mnt/a:/bind/:ro", "voln:/data", "/srv/bind:/b3");
        after.HostConfig.At("Mounts")!.ToJsonString().Should().Be("""[{"Type":"bind","Source":"/mnt/b","Target":"/b2","BindOptions":{"Propagation":"rslave"}},{"Type":"volume","Source":"v","Target":"/bind"}]""");
        ContainerMounts.Find(after, "/bind")!.Source.Should().Be("/mnt/a");
        ContainerMounts.Find(after, "/b2")!.Source.Should().Be("/mnt/b");
        ContainerMounts.Find(after, "/data")!.Source.Should().Be("/var/lib/docker/volumes/voln/_data");
        ContainerMounts.Find(before, "/bind")!.Source.Should().Be("/srv/bind", "the original is another object");
        RecipeDifference.Compare(after, before).Should().NotBeEmpty().And.OnlyContain(difference => difference.Path.StartsWith("HostConfig.Binds") || difference.Path.StartsWith("HostConfig.Mounts") || difference.Path.StartsWith("Mounts."));
    }

    [Fact]
    public void Without_other_paths_nothing_changes()
    {
        var container = Recorded.Container("rich", "26.1");

        BindRelocation.Apply(container, new Dictionary<string, string>()).Should().BeSameAs(container);
    }
}
