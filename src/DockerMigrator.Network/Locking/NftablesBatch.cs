using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace DockerMigrator.Network.Locking;

/// <summary>
/// Builds one nftables transaction as the kernel takes it from netlink (linux/netfilter/nf_tables.h, nfnetlink.h): the
/// messages between a batch's begin and end take effect together or not at all. Message headers are in host byte order,
/// attribute values in network byte order.
/// </summary>
public sealed class NftablesBatch
{
    private const ushort BatchBegin = 0x10;
    private const ushort BatchEnd = 0x11;
    private const int Subsystem = 10;
    private const int NewTable = (Subsystem << 8) | 0;
    private const int GetTable = (Subsystem << 8) | 1;
    private const int DeleteTable = (Subsystem << 8) | 2;
    private const int NewChain = (Subsystem << 8) | 3;

    private const ushort Request = 1;
    private const ushort Acknowledge = 4;
    private const ushort CreateIfMissing = 0x400;
    private const ushort Nested = 0x8000;

    private const uint Drop = 0;

    private readonly ArrayBufferWriter<byte> _bytes = new();
    private uint _sequence;

    /// <summary>Number of messages that the kernel will acknowledge.</summary>
    public int Acknowledgements { get; private set; }

    /// <summary>Adds a table, unless it is there.</summary>
    public NftablesBatch AddTable(NftablesFamily family, string table)
    {
        Append(NewTable, Request | Acknowledge | CreateIfMissing, (byte)family, 0, Text(1, table));
        return this;
    }

    /// <summary>Adds a chain of policy <c>drop</c>, and without a rule, at a hook, unless it is there.</summary>
    public NftablesBatch AddDropChain(NftablesFamily family, string table, string chain, uint hook, int priority)
    {
        var place = Attribute(4 | Nested, [.. Number(1, hook), .. Number(2, unchecked((uint)priority))]);
        Append(
            NewChain, Request | Acknowledge | CreateIfMissing, (byte)family, 0,
            [.. Text(1, table), .. Text(3, chain), .. place, .. Number(5, Drop), .. Text(7, "filter")]);
        return this;
    }

    /// <summary>Removes a table with its chains; it must be there.</summary>
    public NftablesBatch RemoveTable(NftablesFamily family, string table)
    {
        Append(DeleteTable, Request | Acknowledge, (byte)family, 0, Text(1, table));
        return this;
    }

    /// <summary>The datagram of the whole transaction.</summary>
    public byte[] ToTransaction()
    {
        var batch = new NftablesBatch();
        batch.Append(BatchBegin, Request, 0, Subsystem, []);
        batch._bytes.Write(_bytes.WrittenSpan);
        batch._sequence = _sequence;
        batch.Append(BatchEnd, Request, 0, Subsystem, []);
        return batch._bytes.WrittenSpan.ToArray();
    }

    /// <summary>The datagram that asks for one table: answered by the table, or by an error if it is not there.</summary>
    public static byte[] QueryTable(NftablesFamily family, string table)
    {
        var batch = new NftablesBatch();
        batch.Append(GetTable, Request | Acknowledge, (byte)family, 0, Text(1, table));
        return batch._bytes.WrittenSpan.ToArray();
    }

    private void Append(int type, int flags, byte family, ushort resource, ReadOnlySpan<byte> attributes)
    {
        Span<byte> header = stackalloc byte[20];
        BitConverter.TryWriteBytes(header, (uint)(header.Length + attributes.Length));
        BitConverter.TryWriteBytes(header[4..], (ushort)type);
        BitConverter.TryWriteBytes(header[6..], (ushort)flags);
        BitConverter.TryWriteBytes(header[8..], _sequence++);
        BitConverter.TryWriteBytes(header[12..], 0u);
        header[16] = family;
        header[17] = 0;
        BinaryPrimitives.WriteUInt16BigEndian(header[18..], resource);
        _bytes.Write(header);
        _bytes.Write(attributes);
        if ((flags & Acknowledge) != 0)
            Acknowledgements++;
    }

    private static byte[] Text(ushort type, string value) => Attribute(type, [.. Encoding.ASCII.GetBytes(value), 0]);

    private static byte[] Number(ushort type, uint value)
    {
        var bytes = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return Attribute(type, bytes);
    }

    // length:u16 type:u16 value, padded to four bytes, which the length does not count
    private static byte[] Attribute(ushort type, ReadOnlySpan<byte> value)
    {
        var attribute = new byte[(4 + value.Length + 3) & ~3];
        BitConverter.TryWriteBytes(attribute, (ushort)(4 + value.Length));
        BitConverter.TryWriteBytes(attribute.AsSpan(2), type);
        value.CopyTo(attribute.AsSpan(4));
        return attribute;
    }
}
