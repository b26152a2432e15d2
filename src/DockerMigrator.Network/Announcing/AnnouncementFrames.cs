using System.Buffers.Binary;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace DockerMigrator.Network.Announcing;

/// <summary>Ethernet frames by which an interface tells everybody on its network that it has an address.</summary>
public static class AnnouncementFrames
{
    private const int Header = 14;
    private const int ArpLength = 28;
    private const int Ipv6Header = 40;
    private const int AdvertisementLength = 32;
    private const ushort ArpType = 0x0806;
    private const ushort Ipv6Type = 0x86DD;
    private const byte Icmpv6 = 58;

    /// <summary>An ARP announcement (RFC 5227, section 3) or an unsolicited neighbour advertisement (RFC 4861, section 7.2.6).</summary>
    /// <param name="link">The interface's Ethernet address.</param>
    /// <param name="address">Its IPv4 or IPv6 address.</param>
    public static byte[] Of(PhysicalAddress link, IPAddress address) =>
        address.AddressFamily == AddressFamily.InterNetworkV6 ? Advertisement(link.GetAddressBytes(), address.GetAddressBytes()) : Arp(link.GetAddressBytes(), address.GetAddressBytes());

    private static byte[] Arp(byte[] link, byte[] address)
    {
        var frame = Ethernet([0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], link, ArpType, ArpLength);
        var arp = frame.AsSpan(Header);
        // Ethernet, IPv4, lengths of their addresses, request.
        ((ReadOnlySpan<byte>)[0, 1, 8, 0, 6, 4, 0, 1]).CopyTo(arp);
        link.CopyTo(arp[8..]);
        address.CopyTo(arp[14..]);
        address.CopyTo(arp[24..]);
        return frame;
    }

    private static byte[] Advertisement(byte[] link, byte[] address)
    {
        byte[] everybody = [0xFF, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];
        var frame = Ethernet([0x33, 0x33, 0, 0, 0, 1], link, Ipv6Type, Ipv6Header + AdvertisementLength);
        var packet = frame.AsSpan(Header);
        packet[0] = 0x60;
        BinaryPrimitives.WriteUInt16BigEndian(packet[4..], AdvertisementLength);
        packet[6] = Icmpv6;
        packet[7] = 255;
        address.CopyTo(packet[8..]);
        everybody.CopyTo(packet[24..]);
        var advertisement = packet[Ipv6Header..];
        advertisement[0] = 136;
        // Overrides what is remembered.
        advertisement[4] = 0x20;
        address.CopyTo(advertisement[8..]);
        // Option: the target's link-layer address, in one unit of 8 bytes.
        (advertisement[24], advertisement[25]) = (2, 1);
        link.CopyTo(advertisement[26..]);
        BinaryPrimitives.WriteUInt16BigEndian(advertisement[2..], Checksum(packet[8..Ipv6Header], advertisement));
        return frame;
    }

    private static byte[] Ethernet(ReadOnlySpan<byte> to, byte[] from, ushort type, int length)
    {
        var frame = new byte[Header + length];
        to.CopyTo(frame);
        from.CopyTo(frame, 6);
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(12), type);
        return frame;
    }

    // Over both addresses, the length, the protocol and the message (RFC 8200, section 8.1).
    private static ushort Checksum(ReadOnlySpan<byte> addresses, ReadOnlySpan<byte> message)
    {
        var sum = (uint)message.Length + Icmpv6 + Sum(addresses) + Sum(message);
        while (sum > ushort.MaxValue)
            sum = (sum & ushort.MaxValue) + (sum >> 16);
        return (ushort)~sum;
    }

    private static uint Sum(ReadOnlySpan<byte> words)
    {
        var sum = 0u;
        for (; words.Length > 0; words = words[2..])
            sum += BinaryPrimitives.ReadUInt16BigEndian(words);
        return sum;
    }
}
