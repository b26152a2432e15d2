using System.Text.Json.Nodes;
using CsCheck;
using DockerMigrator.Docker.Containers;
using DockerMigrator.Docker.Images;
using DockerMigrator.Docker.Json;
using DockerMigrator.Docker.Recipes;

namespace DockerMigrator.Tests.Docker.Recipes;

public sealed class ContainerRecipeTests
{
    private static readonly Version New = new(1, 51);
    private static readonly Version Old = new(1, 41);
    private static readonly ImageInspect BareImage = new([]);

    public static TheoryData<string, string> Containers => new()
    {
        { "rich", "20.10" }, { "rich", "26.1" }, { "rich", "28.5" },
        { "multi", "20.10" }, { "multi", "26.1" }, { "multi", "28.5" },
        { "tty", "26.1" }, { "tty", "28.5" }, { "noent", "26.1" }, { "noent", "28.5" }, { "byid", "26.1" }, { "byid", "28.5" }, { "hc", "28.5" },
    };

    [Theory]
    [MemberData(nameof(Containers))]
    public void All_of_Config_and_HostConfig_goes_along_but_for_what_is_documented(string name, string engine)
    {
        var container = Recorded.Container(name, engine);

        var body = ContainerRecipe.From(container, BareImage, new RecipeTarget(New, container.ImageName)).CreateBody;

        string[] apart = ["MacAddress", "Hostname"];
        foreach (var (field, value) in container.Config.Where(member => !apart.Contains(member.Key)))
            JsonNode.DeepEquals(body[field], value).Should().BeTrue("Config.{0} goes along as it is", field);
        apart = ["Runtime", "RestartPolicy", "ContainerIDFile", "NetworkMode"];
        foreach (var (field, value) in container.HostConfig.Where(member => !apart.Contains(member.Key)))
            JsonNode.DeepEquals(body.At("HostConfig", field), value).Should().BeTrue("HostConfig.{0} goes along as it is", field);
        body.Text("HostConfig", "Runtime").Should().Be("docker-migrator");
        body.Text("HostConfig", "RestartPolicy", "Name").Should().Be("no");
        body.Text("HostConfig", "ContainerIDFile").Should().BeEmpty();
    }

    [Fact]
    public void The_restart_policy_comes_after_the_move()
    {
        var recipe = From(Recorded.Container("tty", "28.5"), New);

        recipe.NeedsRestartPolicy.Should().BeTrue();
        recipe.RestartPolicy.ToJsonString().Should().Be("""{"Name":"always","MaximumRetryCount":0}""");
        From(Recorded.Container("multi", "28.5"), New).NeedsRestartPolicy.Should().BeFalse();
    }

    [Fact]
    public void The_default_host_name_stays_the_one_that_the_processes_know()
    {
        var container = Recorded.Container("multi", "26.1");

        From(container, New).CreateBody.Text("Hostname").Should().Be(container.ShortId);
    }

    [Fact]
    public void The_host_s_own_UTS_namespace_takes_no_host_name() =>
        From(Recorded.Container("noent", "28.5"), New).CreateBody.ContainsKey("Hostname").Should().BeFalse();

    [Theory]
    [InlineData("26.1")]
    [InlineData("28.5")]
    public void An_endpoint_keeps_its_configuration_and_loses_its_state(string engine)
    {
        var endpoint = From(Recorded.Container("rich", engine), New).CreateBody.At("NetworkingConfig", "EndpointsConfig", "neta");

        endpoint.Text("IPAMConfig", "IPv4Address").Should().Be("172.30.0.77");
        endpoint.Texts("Aliases").Should().Equal("al1", "al2");
        endpoint.Text("MacAddress").Should().Be("02:11:22:33:44:55");
        endpoint.Members().Select(member => member.Key).Should().NotContain(["NetworkID", "EndpointID", "IPAddress", "Gateway", "DNSNames"]);
    }

    [Fact]
    public void An_old_engine_takes_the_MAC_address_for_the_whole_container()
    {
        var body = From(Recorded.Container("rich", "28.5"), Old).CreateBody;

        body.Text("MacAddress").Should().Be("02:11:22:33:44:55");
        body.At("NetworkingConfig", "EndpointsConfig", "neta", "MacAddress").Should().BeNull();
    }

    [Fact]
    public void A_MAC_address_that_Docker_made_up_is_not_asked_for() =>
        From(Recorded.Container("multi", "28.5"), New).CreateBody.At("NetworkingConfig", "EndpointsConfig", "netb", "MacAddress").Should().BeNull();

    [Fact]
    public void A_new_engine_gets_all_networks_at_creation()
    {
        var recipe = From(Recorded.Container("multi", "20.10"), New);

        recipe.CreateBody.Members("NetworkingConfig", "EndpointsConfig").Select(member => member.Key).Should().BeEquivalentTo("neta", "netb");
        recipe.LaterConnections.Should().BeEmpty();
    }

    [Fact]
    public void An_old_engine_gets_the_main_network_at_creation_and_the_others_later()
    {
        var recipe = From(Recorded.Container("multi", "28.5"), Old);

        recipe.CreateBody.Members("NetworkingConfig", "EndpointsConfig").Select(member => member.Key).Should().Equal("neta");
        recipe.LaterConnections.Should().ContainSingle().Which.Network.Should().Be("netb");
        recipe.LaterConnections[0].Endpoint.Text("IPAMConfig", "IPv4Address").Should().Be("172.31.0.9");
    }

    [Fact]
    public void The_alias_that_old_engines_make_of_the_ID_stays_behind()
    {
        var container = Recorded.Container("multi", "20.10");
        container.Json.Texts("NetworkSettings", "Networks", "netb", "Aliases").Should().Contain(container.ShortId);

        From(container, New).CreateBody.Texts("NetworkingConfig", "EndpointsConfig", "netb", "Aliases").Should().Equal("mm");
    }

    [Theory]
    [InlineData("26.1")]
    [InlineData("28.5")]
    public void A_network_given_by_ID_is_written_by_name(string engine)
    {
        var container = Recorded.Container("byid", engine);
        container.NetworkMode.Should().HaveLength(64);

        From(container, New).CreateBody.Text("HostConfig", "NetworkMode").Should().Be("neta");
    }

    [Fact]
    public void An_entry_point_that_was_taken_away_does_not_come_back_from_the_image()
    {
        var image = new ImageInspect(JsonNode.Parse("""{"Config":{"Entrypoint":["sh"]}}""")!.AsObject());

        var body = ContainerRecipe.From(Recorded.Container("noent", "28.5"), image, new RecipeTarget(New, "x")).CreateBody;

        body["Entrypoint"]!.ToJsonString().Should().Be("""[""]""");
    }

    [Fact]
    public void Options_of_other_kinds_of_mounts_that_old_engines_kept_are_dropped()
    {
        var container = Recorded.Container("rich", "20.10").With(json =>
            json["HostConfig"]!["Mounts"] = JsonNode.Parse("""[{"Type":"volume","Target":"/x","BindOptions":{},"TmpfsOptions":{},"VolumeOptions":{"NoCopy":true},"Future":1}]"""));

        From(container, New).CreateBody.At("HostConfig", "Mounts")!.ToJsonString()
            .Should().Be("""[{"Type":"volume","Target":"/x","VolumeOptions":{"NoCopy":true},"Future":1}]""");
    }

    [Fact]
    public void Addresses_can_be_kept_on_a_network_that_both_hosts_share()
    {
        var container = Recorded.Container("multi", "28.5");
        var now = container.Json.At("NetworkSettings", "Networks", "neta");

        var recipe = ContainerRecipe.From(container, BareImage, new RecipeTarget(New, "x") { KeepAddressesOn = new HashSet<string> { "neta" } });

        var endpoint = recipe.CreateBody.At("NetworkingConfig", "EndpointsConfig", "neta");
        endpoint.Text("IPAMConfig", "IPv4Address").Should().Be(now.Text("IPAddress")).And.NotBeEmpty();
        endpoint.Text("MacAddress").Should().Be(now.Text("MacAddress")).And.NotBeEmpty();
    }

    [Fact]
    public void Fields_that_nobody_has_heard_of_survive()
    {
        string[] values = ["1", "true", "\"text\"", "[1,null]", """{"a":{"b":[]}}""", "12345678901234567890", "1.50"];
        var field = Gen.Select(Gen.String[Gen.Char.AlphaNumeric, 3, 12].Select(name => "Zz" + name), Gen.Int[0, values.Length - 1].Select(index => values[index]));
        field.Sample((name, value) =>
        {
            var container = Recorded.Container("rich", "28.5").With(json =>
            {
                json["Config"]![name] = JsonNode.Parse(value);
                json["HostConfig"]![name] = JsonNode.Parse(value);
                json["NetworkSettings"]!["Networks"]!["neta"]![name] = JsonNode.Parse(value);
            });
            var body = From(container, New).CreateBody;
            return body[name]!.ToJsonString() == JsonNode.Parse(value)!.ToJsonString()
                && body.At("HostConfig", name)!.ToJsonString() == JsonNode.Parse(value)!.ToJsonString()
                && body.At("NetworkingConfig", "EndpointsConfig", "neta", name)!.ToJsonString() == JsonNode.Parse(value)!.ToJsonString();
        }, iter: 100);
    }

    [Fact]
    public void Making_a_recipe_does_not_change_what_it_is_made_from()
    {
        var container = Recorded.Container("rich", "20.10");
        var before = container.Json.ToJsonString();

        _ = From(container, New);

        container.Json.ToJsonString().Should().Be(before);
    }

    private static ContainerRecipe From(ContainerInspect container, Version api) =>
        ContainerRecipe.From(container, BareImage, new RecipeTarget(api, container.ImageName));
}
