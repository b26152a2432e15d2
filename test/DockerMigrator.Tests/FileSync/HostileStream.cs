using System.Buffers.Binary;
using System.IO.Hashing;
using DockerMigrator.FileSync.Wire;

namespace DockerMigrator.Tests.FileSync;

/// <summary>Builds change streams by hand, good or bad.</summary>
internal sealed class HostileStream
{
    private readonly List<byte> _contents = [];

    public HostileStream(byte flags = 0, uint magic = WireLimits.Magic, byte version = WireLimits.Version) => U32(magic).U8(version).U8(flags);

    public HostileStream U8(int value) => Raw([(byte)value]);

    public HostileStream U16(int value)
    {
        var bytes = new byte[2];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, (ushort)value);
        return Raw(bytes);
    }

    public HostileStream U32(uint value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        return Raw(bytes);
    }

    public HostileStream U64(ulong value)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        return Raw(bytes);
    }

    public HostileStream Raw(ReadOnlySpan<byte> bytes)
    {
        _contents.AddRange(bytes);
        return this;
    }

    public HostileStream Name(string name) => U8(name.Length).Raw(System.Text.Encoding.Latin1.GetBytes(name));

    public HostileStream Metadata(int permissions = 0x1ED, uint owner = 0, uint nanoseconds = 0, int xattrs = 0, int protection = 0) =>
        U16(permissions).U8(protection).U32(owner).U32(0).U64(1).U32(nanoseconds).U64(1).U32(0).U16(xattrs);

    public HostileStream Root() => Directory("");

    public HostileStream Directory(string name) => U8(1).Name(name).U8(0).Metadata();

    public HostileStream Leave() => U8(2);

    public HostileStream Symlink(string name, string target) => U8(4).Name(name).Metadata().U16(target.Length).Raw(System.Text.Encoding.Latin1.GetBytes(target));

    public HostileStream File(string name, string content) =>
        U8(3).Name(name).Metadata().U64((ulong)content.Length).U32((uint)content.Length).U64(0).Raw(System.Text.Encoding.Latin1.GetBytes(content)).U32(0);

    /// <summary>A patch; what follows is its segments.</summary>
    public HostileStream Patch(string name, ulong size, ulong oldSize, ulong oldModified = 1) =>
        U8(9).Name(name).Metadata().U64(size).U64(oldSize).U64(oldModified).U32(0);

    public HostileStream Segment(ulong offset, string data) => U32((uint)data.Length).U64(offset).Raw(System.Text.Encoding.Latin1.GetBytes(data));

    public HostileStream Hole(ulong offset, uint length) => U32(0x80000000 | length).U64(offset);

    public HostileStream HardLink(string name, string path) => U8(6).Name(name).U32((uint)path.Length).Raw(System.Text.Encoding.Latin1.GetBytes(path));

    public HostileStream Removed(string name) => U8(7).Name(name);

    /// <summary>As a stream of one block, with no end mark.</summary>
    public MemoryStream Unended() => Blocks([.. _contents]);

    /// <summary>With a right end mark.</summary>
    public MemoryStream Ended(ulong entries, ulong bytes = 0, ulong removed = 0)
    {
        byte[] contents = [.. _contents];
        var end = new byte[25];
        end[0] = 8;
        BinaryPrimitives.WriteUInt64LittleEndian(end.AsSpan(1), entries);
        BinaryPrimitives.WriteUInt64LittleEndian(end.AsSpan(9), bytes);
        BinaryPrimitives.WriteUInt64LittleEndian(end.AsSpan(17), removed);
        var stream = Blocks(contents, [.. end, .. XxHash128.Hash([.. contents, .. end])]);
        // The last block's mark.
        stream.GetBuffer()[4 + contents.Length + 3] |= 0x80;
        return stream;
    }

    public static MemoryStream Blocks(params byte[][] blocks)
    {
        var stream = new MemoryStream();
        foreach (var block in blocks)
        {
            stream.Write(BitConverter.GetBytes(block.Length));
            stream.Write(block);
        }

        stream.Position = 0;
        return stream;
    }
}
