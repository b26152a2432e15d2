using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using DockerMigrator.Docker.Hosts;
using DockerMigrator.Docker.Json;

namespace DockerMigrator.Tests.Docker.Hosts;

public sealed class HostFactsTests
{
    [Theory]
    [InlineData("20.10", "20.10.24+dfsg1", "1.41")]
    [InlineData("26.1", "26.1.5+dfsg1", "1.45")]
    [InlineData("28.5", "28.5.2+dfsg4", "1.51")]
    public void An_engine_tells_about_itself(string engine, string version, string api)
    {
        var facts = Recorded.Host(engine);

        facts.DockerVersion.Should().Be(version);
        facts.ApiVersion.Should().Be(api);
        facts.CgroupVersion.Should().Be("1");
        facts.CgroupDriver.Should().Be("cgroupfs");
        facts.Architecture.Should().Be("x86_64");
        facts.DataRoot.Should().Be("/var/lib/docker");
        facts.Runtimes.Should().Contain("runc");
        facts.UsesContainerdStore.Should().BeFalse();
        facts.IsRootless.Should().BeFalse();
    }

    [Fact]
    public void Facts_come_through_JSON_as_they_are()
    {
        var facts = Recorded.Host("28.5") with { ListeningPorts = [new ListeningPort("tcp", "::", 80)] };
        var json = JsonSerializer.Serialize(facts, DockerJsonContext.Default.HostFacts);

        JsonSerializer.Deserialize(json, DockerJsonContext.Default.HostFacts).Should().BeEquivalentTo(facts);
    }

    [Fact]
    public void Listening_ports_are_read_from_the_kernel_s_tables()
    {
        string[] tcp =
        [
            "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode",
            "   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1 1 0 100 0 0 10 0",
            "   1: 0100007F:1F91 0100007F:0050 01 00000000:00000000 00:00000000 00000000     0        0 1 1 0 100 0 0 10 0",
            "   2: 00000000000000000000000001000000:0016 00000000000000000000000000000000:0000 0A 0:0",
            "   3: zz:16 0:0 0A 0:0",
            "",
        ];

        ListeningPort.Parse("tcp", tcp).Should().Equal(new ListeningPort("tcp", "127.0.0.1", 8080), new ListeningPort("tcp", "::1", 22));
    }

    [Fact]
    public void A_listener_of_this_host_is_seen()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var udp = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));

        ListeningPort.ReadAll().Should()
            .Contain(new ListeningPort("tcp", "127.0.0.1", ((IPEndPoint)listener.LocalEndpoint).Port)).And
            .Contain(new ListeningPort("udp", "127.0.0.1", ((IPEndPoint)udp.Client.LocalEndPoint!).Port));
    }
}
