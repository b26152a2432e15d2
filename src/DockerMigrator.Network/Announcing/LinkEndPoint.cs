using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace DockerMigrator.Network.Announcing;

/// <summary>An interface as the address of a packet socket: <c>struct sockaddr_ll</c> (packet(7)).</summary>
/// <param name="index">The interface's number.</param>
internal sealed class LinkEndPoint(int index) : EndPoint
{
    private const int Size = 20;

    public override AddressFamily AddressFamily => AddressFamily.Packet;

    public override SocketAddress Serialize()
    {
        var address = new SocketAddress(AddressFamily.Packet, Size);
        Span<byte> number = stackalloc byte[4];
        // As this processor has it; all that .NET runs on are little-endian.
        BinaryPrimitives.WriteInt32LittleEndian(number, index);
        for (var i = 0; i < number.Length; i++)
            address[4 + i] = number[i];
        return address;
    }
}
