using System.Net;
using DockerMigrator.Network;
using DockerMigrator.Network.Errors;
using DockerMigrator.Tests.Network.Locking;

namespace DockerMigrator.Tests.Network;

public sealed class ContainerInterfacesTests
{
    [Fact]
    public async Task The_addresses_are_those_inside_the_namespace()
    {
        await using var network = await ScratchNetwork.CreateAsync();

        var addresses = await ContainerInterfaces.ReadAsync(network.Pid);

        addresses.Should().Contain(new InterfaceAddress("eth0", network.There, 24)).And.Contain(new InterfaceAddress("lo", IPAddress.Loopback, 8));
        addresses.Should().NotContain(address => address.Address.Equals(network.Here));
    }

    [Fact]
    public async Task A_process_that_is_gone_makes_a_sentence()
    {
        var act = () => ContainerInterfaces.ReadAsync(0x3fffff);

        await act.Should().ThrowAsync<NetworkException>();
    }
}
