using System.Text.Json.Nodes;
using DockerMigrator.Docker.Containers;
using DockerMigrator.Docker.Recipes;

namespace DockerMigrator.Tests.Docker.Recipes;

public sealed class RecipeDifferenceTests
{
    private static readonly ContainerInspect Rich = Recorded.Container("rich", "28.5");

    [Fact]
    public void A_container_does_not_differ_from_itself() => RecipeDifference.Compare(Rich, Rich).Should().BeEmpty();

    [Theory]
    [InlineData("HostConfig", "Memory", "1")]
    [InlineData("HostConfig", "RestartPolicy", """{"Name":"always","MaximumRetryCount":0}""")]
    [InlineData("HostConfig", "Runtime", "\"crun\"")]
    [InlineData("HostConfig", "MaskedPaths", "[]")]
    [InlineData("HostConfig", "SomethingNew", "7")]
    [InlineData("Config", "Hostname", "\"other\"")]
    [InlineData("Config", "Image", "\"other:1\"")]
    [InlineData("Config", "SomethingNew", "7")]
    public void A_changed_field_is_told(string part, string field, string value)
    {
        var after = Rich.With(json => json[part]![field] = JsonNode.Parse(value));

        RecipeDifference.Compare(Rich, after).Should().NotBeEmpty().And.OnlyContain(difference => difference.Path.StartsWith($"{part}.{field}"));
    }

    [Theory]
    [InlineData("HostConfig", "Runtime", "\"docker-migrator\"")]
    [InlineData("HostConfig", "ContainerIDFile", "\"\"")]
    [InlineData("HostConfig", "KernelMemory", "0")]
    [InlineData("HostConfig", "Links", "[]")]
    [InlineData("Config", "Image", "\"sha256:1234\"")]
    public void A_documented_difference_is_excused(string part, string field, string value)
    {
        var after = Rich.With(json => json[part]![field] = JsonNode.Parse(value));

        RecipeDifference.Compare(Rich, after).Should().BeEmpty();
    }

    [Fact]
    public void A_lost_static_address_is_told()
    {
        var after = Rich.With(json => json["NetworkSettings"]!["Networks"]!["neta"]!["IPAMConfig"] = null);

        RecipeDifference.Compare(Rich, after).Should().ContainSingle().Which.Path.Should().Be("NetworkSettings.Networks.neta.IPAMConfig");
    }

    [Fact]
    public void New_names_of_anonymous_volumes_are_excused_and_of_named_ones_are_not()
    {
        var after = Rich.With(json =>
        {
            foreach (var mount in json["Mounts"]!.AsArray().Where(mount => (string?)mount!["Type"] == "volume"))
                mount!["Name"] = "renamed";
        });

        RecipeDifference.Compare(Rich, after).Should().ContainSingle().Which.Path.Should().StartWith("Mounts./data");
    }

    [Fact]
    public void The_network_may_be_called_by_name_instead_of_ID()
    {
        var before = Recorded.Container("byid", "26.1");

        RecipeDifference.Compare(before, before.With(json => json["HostConfig"]!["NetworkMode"] = "neta")).Should().BeEmpty();
        RecipeDifference.Compare(before, before.With(json => json["HostConfig"]!["NetworkMode"] = "netb")).Should().NotBeEmpty();
    }
}
