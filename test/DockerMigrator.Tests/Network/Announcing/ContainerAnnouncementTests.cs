using System.Net;
using System.Net.Sockets;
using DockerMigrator.Network.Announcing;
using DockerMigrator.Network.Errors;
using DockerMigrator.Tests.Network.Locking;

namespace DockerMigrator.Tests.Network.Announcing;

public sealed class ContainerAnnouncementTests
{
    [Fact]
    public async Task Neighbors_that_ask_in_vain_are_told()
    {
        await using var network = await ScratchNetwork.CreateAsync();
        // As long as a container is being restored, nobody answers for it.
        await network.RunInside("ip link set eth0 arp off");
        foreach (var address in new[] { network.There, network.There6 })
        {
            using var socket = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            socket.SendTo([1], new IPEndPoint(address, 9));
            (await ScratchNetwork.NeighborAsync(address)).Should().NotContain("lladdr");
        }

        (await ContainerAnnouncement.SendAsync(network.Pid)).Should().BeGreaterThanOrEqualTo(2);

        foreach (var address in new[] { network.There, network.There6 })
        {
            for (var tries = 0; tries < 100 && !(await ScratchNetwork.NeighborAsync(address)).Contains("lladdr", StringComparison.Ordinal); tries++)
                await Task.Delay(5);
            (await ScratchNetwork.NeighborAsync(address)).Should().Contain("lladdr");
        }
    }

    [Fact]
    public async Task A_process_that_is_gone_makes_a_sentence()
    {
        var act = () => ContainerAnnouncement.SendAsync(0x3fffff);

        await act.Should().ThrowAsync<NetworkException>();
    }
}
