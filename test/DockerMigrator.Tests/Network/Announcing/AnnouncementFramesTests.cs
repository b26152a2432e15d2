using System.Net;
using System.Net.NetworkInformation;
using DockerMigrator.Network.Announcing;

namespace DockerMigrator.Tests.Network.Announcing;

public sealed class AnnouncementFramesTests
{
    private static readonly PhysicalAddress Link = PhysicalAddress.Parse("02-42-AC-11-00-02");

    [Fact]
    public void An_IPv4_address_is_announced_by_ARP() =>
        Convert.ToHexString(AnnouncementFrames.Of(Link, IPAddress.Parse("172.17.0.2"))).Should().Be(
            "FFFFFFFFFFFF" + "0242AC110002" + "0806"
            + "0001" + "0800" + "06" + "04" + "0001" + "0242AC110002" + "AC110002" + "000000000000" + "AC110002");

    [Fact]
    public void An_IPv6_address_is_announced_by_an_advertisement()
    {
        // The checksum as RFC 8200 has it, worked out by hand: the words of both addresses, 0x20 and 0x3A, and of the message.
        var frame = AnnouncementFrames.Of(Link, IPAddress.Parse("fd00::2"));

        Convert.ToHexString(frame[..54]).Should().Be(
            "333300000001" + "0242AC110002" + "86DD"
            + "60000000" + "0020" + "3A" + "FF" + "FD000000000000000000000000000002" + "FF020000000000000000000000000001");
        Convert.ToHexString(frame[58..]).Should().Be("20000000" + "FD000000000000000000000000000002" + "0201" + "0242AC110002");
        var words = Enumerable.Range(0, 16).Select(i => (frame[22 + (2 * i)] << 8) | frame[23 + (2 * i)])
            .Concat(Enumerable.Range(0, 16).Select(i => (frame[54 + (2 * i)] << 8) | frame[55 + (2 * i)])).Sum() + 0x20 + 0x3A;
        ((words & 0xFFFF) + (words >> 16)).Should().Be(0xFFFF, "that is what a receiver checks");
    }
}
