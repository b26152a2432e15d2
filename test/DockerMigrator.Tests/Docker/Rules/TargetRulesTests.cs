using System.Text.Json;
using System.Text.Json.Nodes;
using DockerMigrator.Docker.Hosts;
using DockerMigrator.Docker.Json;
using DockerMigrator.Docker.Rules;

namespace DockerMigrator.Tests.Docker.Rules;

public sealed class TargetRulesTests
{
    private static readonly SourceSurvey Source = Recorded.Survey(Recorded.Container("rich", "26.1"));

    private static readonly TargetInventory Ready = new()
    {
        Host = Recorded.Host("28.5") with { Runtimes = ["runc", "docker-migrator"] },
        Containers = [],
        Networks = new Dictionary<string, JsonObject> { ["neta"] = EmptyNetwork() },
        Volumes = [],
        MissingBindSources = [],
        Image = null,
        FreeImageNames = ["lab/busybox:latest"],
        ClashingImageId = "",
    };

    [Fact]
    public void A_target_that_is_ready_gives_nothing_to_say() => Check(Ready).Should().BeEmpty();

    [Fact]
    public void A_name_that_is_taken_is_refused() =>
        Refusal(Ready with { Containers = [new TargetContainer("rich", [])] }).Should().Contain("named rich already");

    [Theory]
    [InlineData("tcp", "0.0.0.0", 8080, true)]
    [InlineData("tcp", "", 8080, true)]
    [InlineData("tcp", "::", 8080, true)]
    [InlineData("udp", "0.0.0.0", 8080, false)]
    [InlineData("udp", "127.0.0.1", 8081, true)]
    [InlineData("udp", "0.0.0.0", 8081, true)]
    [InlineData("udp", "10.0.0.1", 8081, false)]
    [InlineData("tcp", "0.0.0.0", 9, false)]
    public void A_published_port_that_is_taken_is_refused(string protocol, string address, int port, bool refused)
    {
        var byContainer = Check(Ready with { Containers = [new TargetContainer("web", [new PublishedPort(protocol, address, port, port)])] });
        var byProcess = address.Length == 0 ? byContainer : Check(Ready with { Host = Ready.Host with { ListeningPorts = [new ListeningPort(protocol, address, port)] } });

        byContainer.Any(finding => finding.Sentence.Contains("container web")).Should().Be(refused);
        byProcess.Any(finding => finding.Sentence.Contains("publishes port")).Should().Be(refused);
    }

    [Fact]
    public void A_range_is_free_as_long_as_one_of_its_ports_is()
    {
        var source = Recorded.Survey(Recorded.Container("rich", "26.1").With(json =>
            json["HostConfig"]!["PortBindings"] = JsonNode.Parse("""{"80/tcp":[{"HostIp":"","HostPort":"7000-7001"}]}""")));
        var one = Ready with { Host = Ready.Host with { ListeningPorts = [new ListeningPort("tcp", "0.0.0.0", 7000)] } };
        var both = Ready with { Host = Ready.Host with { ListeningPorts = [new ListeningPort("tcp", "0.0.0.0", 7000), new ListeningPort("tcp", "0.0.0.0", 7001)] } };

        TargetRules.Check(source, one, new TargetDemands()).Should().BeEmpty();
        TargetRules.Check(source, both, new TargetDemands()).Should().ContainSingle().Which.Sentence.Should().Contain("7000-7001/tcp");
    }

    [Fact]
    public void A_port_on_an_address_that_the_target_lacks_is_refused()
    {
        var source = Recorded.Survey(Recorded.Container("rich", "26.1").With(json =>
            json["HostConfig"]!["PortBindings"] = JsonNode.Parse("""{"80/tcp":[{"HostIp":"192.0.2.7","HostPort":"80"}]}""")));

        TargetRules.Check(source, Ready, new TargetDemands()).Should().ContainSingle().Which.Sentence.Should().Contain("does not have the address 192.0.2.7");
        TargetRules.Check(source, Ready with { Host = Ready.Host with { Addresses = ["192.0.2.7"] } }, new TargetDemands()).Should().BeEmpty();
    }

    [Fact]
    public void A_missing_network_is_refused_with_the_command_that_makes_it() =>
        Refusal(Ready with { Networks = new Dictionary<string, JsonObject>() }).Should().Contain("docker network create --subnet 172.30.0.0/16 --gateway 172.30.0.1 neta");

    [Fact]
    public void A_static_address_outside_the_target_s_subnet_is_refused()
    {
        var network = EmptyNetwork();
        network["IPAM"]!["Config"]![0]!["Subnet"] = "172.40.0.0/16";

        Refusal(Ready with { Networks = new Dictionary<string, JsonObject> { ["neta"] = network } }).Should().Contain("172.30.0.77").And.Contain("not in that network's subnet");
    }

    [Fact]
    public void A_static_address_that_is_taken_is_refused() =>
        Refusal(Ready with { Networks = new Dictionary<string, JsonObject> { ["neta"] = Recorded.Json("network-26.1") } }).Should().Contain("172.30.0.77").And.Contain("container rich has");

    [Fact]
    public void A_volume_that_is_there_already_is_refused_unless_it_may_be_overwritten_or_is_not_copied()
    {
        var inventory = Ready with { Volumes = ["voln"] };
        var copied = new TargetDemands { CopiedVolumes = new HashSet<string> { "voln" } };

        TargetRules.Check(Source, inventory, copied).Should().ContainSingle().Which.Sentence.Should().Contain("volume named voln").And.Contain("--volume-overwrite");
        TargetRules.Check(Source, inventory, copied with { OverwritesVolumes = true }).Should().BeEmpty();
        TargetRules.Check(Source, inventory, new TargetDemands()).Should().BeEmpty();
    }

    [Fact]
    public void A_missing_bind_source_is_refused_unless_it_is_copied()
    {
        var inventory = Ready with { MissingBindSources = ["/srv/bind"] };

        Refusal(inventory).Should().Contain("/srv/bind").And.Contain("--bind copy");
        TargetRules.Check(Source, inventory, new TargetDemands { CopiedBinds = new HashSet<string> { "/srv/bind" } }).Should().BeEmpty();
    }

    [Fact]
    public void Another_image_of_that_name_is_refused() => Refusal(Ready with { ClashingImageId = "sha256:1" }).Should().Contain("is another image (sha256:1)");

    [Fact]
    public void A_runtime_that_is_not_registered_is_refused() =>
        Refusal(Ready with { Host = Ready.Host with { Runtimes = ["runc"] } }).Should().Contain("docker-migrator host setup");

    [Fact]
    public void A_container_that_is_started_anew_needs_its_own_runtime_and_no_other()
    {
        var bare = Ready with { Host = Ready.Host with { Runtimes = ["runc"], CgroupVersion = "2" } };
        var kata = Source with { Container = Source.Container.With(json => json["HostConfig"]!["Runtime"] = "kata") };
        var moved = Source with { Container = Source.Container.With(json => json["HostConfig"]!["Runtime"] = "docker-migrator") };
        var restart = new TargetDemands { Restart = true };

        Verdict.Of(TargetRules.Check(Source, bare, restart), restart: true, couldRestart: true).Refusals.Should().BeEmpty();
        Verdict.Of(TargetRules.Check(moved, bare, restart), restart: true, couldRestart: true).Refusals.Should().BeEmpty();
        Verdict.Of(TargetRules.Check(kata, bare, restart), restart: true, couldRestart: true).Refusals.Should().ContainSingle().Which.Should().Contain("runtime kata");
    }

    [Fact]
    public void Hosts_that_do_not_match_are_refused()
    {
        Refusal(Ready with { Host = Ready.Host with { Architecture = "aarch64" } }).Should().Contain("different processors");
        Refusal(Ready with { Host = Ready.Host with { CgroupVersion = "2" } }).Should().Contain("cgroup v1 and the target v2");
        Refusal(Ready with { Host = Ready.Host with { SecurityOptions = ["name=userns"] } }).Should().Contain("userns-remap");
        Refusal(Ready with { Host = Ready.Host with { SecurityOptions = ["name=rootless"] } }).Should().Contain("rootless");
        Refusal(Ready with { Host = Ready.Host with { DockerVersion = "19.03.15" } }).Should().Contain("19.03.15 on the target is too old");
        Refusal(Ready with { Host = Ready.Host with { CgroupDriver = "systemd" } }).Should().Contain("--cgroup-parent");
    }

    [Fact]
    public void Differences_that_may_be_harmless_are_warned_about() =>
        Check(Ready with { Host = Ready.Host with { SecurityOptions = ["name=apparmor"] } }).Should().ContainSingle().Which.Severity.Should().Be(Severity.Warning);

    [Fact]
    public void Too_little_room_is_refused()
    {
        TargetRules.Check(Source, Ready, new TargetDemands { DiskBytes = 1L << 41 }).Should().ContainSingle().Which.Sentence.Should().Contain("disk space");
        TargetRules.Check(Source, Ready, new TargetDemands { ExportBytes = 1L << 41 }).Should().ContainSingle().Which.Sentence.Should().Contain("while it exports it");
        TargetRules.Check(Source, Ready, new TargetDemands { MemoryBytes = 1L << 41 }).Should().ContainSingle().Which.Sentence.Should().Contain("memory");
    }

    [Fact]
    public void The_inventory_comes_through_JSON_as_it_is()
    {
        var json = JsonSerializer.Serialize(Ready, DockerJsonContext.Default.TargetInventory);

        var back = JsonSerializer.Deserialize(json, DockerJsonContext.Default.TargetInventory)!;

        Check(back).Should().BeEmpty();
        JsonSerializer.Serialize(back, DockerJsonContext.Default.TargetInventory).Should().Be(json);
    }

    private static IReadOnlyList<Finding> Check(TargetInventory target) => TargetRules.Check(Source, target, new TargetDemands());

    private static string Refusal(TargetInventory target)
    {
        var finding = Check(target).Should().ContainSingle().Subject;
        finding.Severity.Should().Be(Severity.Refusal);
        return finding.Sentence;
    }

    private static JsonObject EmptyNetwork()
    {
        var network = Recorded.Json("network-26.1");
        network["Containers"] = new JsonObject();
        return network;
    }
}
