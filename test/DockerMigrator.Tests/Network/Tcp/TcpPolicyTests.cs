using System.Net;
using DockerMigrator.Network.Tcp;

namespace DockerMigrator.Tests.Network.Tcp;

public sealed class TcpPolicyTests
{
    private static readonly IPAddress Address = IPAddress.Parse("10.0.0.5");

    [Fact]
    public void Without_connections_to_the_outside_there_is_nothing_to_lose()
    {
        Decide([Socket("0.0.0.0", "0.0.0.0", TcpState.Listen), Socket("127.0.0.1", "127.0.0.1")], [], shared: false).Keep.Should().BeTrue();
    }

    [Fact]
    public void Connections_go_on_where_the_address_comes_along_on_a_shared_network()
    {
        var decision = Decide([Socket("10.0.0.5", "10.0.0.9")], [Address], shared: true);

        decision.Keep.Should().BeTrue();
        decision.Lost.Should().BeEmpty();
    }

    [Fact]
    public void Connections_are_closed_where_the_address_does_not_come_along()
    {
        var decision = Decide([Socket("10.0.0.5", "10.0.0.9"), Socket("127.0.0.1", "127.0.0.1")], [IPAddress.Loopback], shared: true);

        decision.Keep.Should().BeFalse();
        decision.Lost.Should().HaveCount(2);
        decision.Reason.Should().Be("The container's address 10.0.0.5 does not come along, so all 2 connections are closed, those within the container included.");
    }

    [Fact]
    public void Behind_a_hosts_own_bridge_the_same_address_does_not_help()
    {
        Decide([Socket("10.0.0.5", "10.0.0.9", TcpState.CloseWait)], [Address], shared: false).Reason.Should().Contain("only known on its own host");
    }

    [Fact]
    public void Recorded_tables_are_understood()
    {
        const string Tcp = """
              sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
               0: 00000000:18EB 00000000:0000 0A 00000000:00000000 00:00000000 00000000   999        0 620759 1 0000000097227e44 100 0 0 10 0
               1: 020011AC:18EB 010011AC:85A2 01 00000000:00000000 00:00000000 00000000   999        0 4711 1 0000000097227e44 20 4 30 10 -1
               2: 020011AC:18EB 0100
            """;
        const string Tcp6 = "sl\n   0: 0000000000000000FFFF0000020011AC:0050 0000000000000000FFFF0000010011AC:1F90 08 00000000:00000000 00:00000000 00000000 0 0 99 1 0 20 4\n"
            + "   1: 00000000000000000000000001000000:0050 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 98 1 0 20 4\n";

        TcpSocket.ParseAll(Tcp).Should().Equal(
            new TcpSocket(IPEndPoint.Parse("0.0.0.0:6379"), IPEndPoint.Parse("0.0.0.0:0"), TcpState.Listen, 620759),
            new TcpSocket(IPEndPoint.Parse("172.17.0.2:6379"), IPEndPoint.Parse("172.17.0.1:34210"), TcpState.Established, 4711));
        TcpSocket.ParseAll(Tcp6).Should().Equal(
            new TcpSocket(IPEndPoint.Parse("172.17.0.2:80"), IPEndPoint.Parse("172.17.0.1:8080"), TcpState.CloseWait, 99),
            new TcpSocket(IPEndPoint.Parse("[::1]:80"), IPEndPoint.Parse("[::]:0"), TcpState.Listen, 98));
    }

    private static TcpDecision Decide(TcpSocket[] sockets, IPAddress[] addresses, bool shared) => TcpPolicy.Decide(sockets, addresses, _ => shared);

    private static TcpSocket Socket(string local, string remote, TcpState state = TcpState.Established) =>
        new(new IPEndPoint(IPAddress.Parse(local), 80), new IPEndPoint(IPAddress.Parse(remote), 4000), state, 1);
}
