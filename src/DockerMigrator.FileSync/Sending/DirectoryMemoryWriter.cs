using System.Buffers;
using System.Buffers.Binary;

namespace DockerMigrator.FileSync.Sending;

/// <summary>Packs what is to be remembered of one directory: 10 bytes an entry besides its name, so that millions fit.</summary>
internal sealed class DirectoryMemoryWriter
{
    private readonly ArrayBufferWriter<byte> _records = new();

    /// <summary>Adds an entry, in byte order of the names.</summary>
    public void Add(ReadOnlySpan<byte> name, RememberedEntry entry)
    {
        var length = RecordLength(name.Length);
        var record = _records.GetSpan(length);
        record[0] = checked((byte)name.Length);
        name.CopyTo(record[1..]);
        record[1 + name.Length] = (byte)entry.Kind;
        BinaryPrimitives.WriteUInt64LittleEndian(record[(2 + name.Length)..], entry.Signature);
        _records.Advance(length);
    }

    /// <summary>All of it, for a <see cref="DirectoryMemoryReader"/>.</summary>
    public byte[] ToArray() => _records.WrittenSpan.ToArray();

    internal static int RecordLength(int name) => 1 + name + 1 + sizeof(ulong);
}
