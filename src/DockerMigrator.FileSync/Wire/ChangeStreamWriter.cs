using System.Buffers.Binary;
using DockerMigrator.Native.Files;

namespace DockerMigrator.FileSync.Wire;

/// <summary>Writes a change stream (see <see cref="EntryCode"/>) in blocks, counting what passes.</summary>
internal sealed class ChangeStreamWriter : IDisposable
{
    private readonly BlockSender _sender;
    private byte[] _block;
    private int _used;

    public ChangeStreamWriter(Stream stream)
    {
        _sender = new BlockSender(stream);
        _block = _sender.Take();
    }

    public long Entries { get; private set; }

    public long DataBytes { get; private set; }

    public long RemovedEntries { get; private set; }

    private Span<byte> Free => _block.AsSpan(WireLimits.LengthPrefix + _used, WireLimits.BlockSize - _used);

    public void Header(StreamFlags flags)
    {
        Put32(WireLimits.Magic);
        Put8(WireLimits.Version);
        Put8((byte)flags);
    }

    public void Directory(ReadOnlySpan<byte> name, EntryMetadata metadata, bool isOpaque)
    {
        Start(EntryCode.Directory, name);
        Put8(isOpaque ? (byte)1 : (byte)0);
        Put(metadata);
    }

    public void Leave() => Put8((byte)EntryCode.Leave);

    public void File(ReadOnlySpan<byte> name, EntryMetadata metadata, long size)
    {
        Start(EntryCode.File, name);
        Put(metadata);
        Put64((ulong)size);
    }

    /// <summary>An earlier file of which only what changed follows.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="metadata">What it is to have in the end.</param>
    /// <param name="size">Its size in the end.</param>
    /// <param name="oldSize">Its size as sent before.</param>
    /// <param name="oldModified">Its modification time as sent before.</param>
    public void Patch(ReadOnlySpan<byte> name, EntryMetadata metadata, long size, long oldSize, FileTime oldModified)
    {
        Start(EntryCode.Patch, name);
        Put(metadata);
        Put64((ulong)size);
        Put64((ulong)oldSize);
        Put(oldModified);
    }

    /// <summary>
    /// Room for the next bytes of the file: at least one, at most <paramref name="most"/>, and a multiple of
    /// <paramref name="unit"/> (at most 64 KiB) unless it is all of them. To be followed by <see cref="CommitData"/>.
    /// </summary>
    public Span<byte> ReserveData(long most, int unit)
    {
        // Small rests of a block are not worth a read of their own.
        if (Free.Length < WireLimits.SegmentHeader + Math.Min(most, unit))
            Flush();
        var room = Free[WireLimits.SegmentHeader..];
        return room.Length >= most ? room[..(int)most] : room[..(room.Length / unit * unit)];
    }

    /// <summary>Says how much of the reserved room was filled (more than nothing), and where in the file that belongs.</summary>
    public void CommitData(long offset, int length)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(Free, (uint)length);
        BinaryPrimitives.WriteInt64LittleEndian(Free[4..], offset);
        _used += WireLimits.SegmentHeader + length;
        DataBytes += length;
    }

    /// <summary>A stretch of the file that is a hole now.</summary>
    public void Hole(long offset, long length)
    {
        for (long part; length > 0; offset += part, length -= part)
        {
            part = Math.Min(length, WireLimits.LongestHole);
            Put32(WireLimits.Hole | (uint)part);
            Put64((ulong)offset);
        }
    }

    public void EndFile() => Put32(0);

    public void Symlink(ReadOnlySpan<byte> name, EntryMetadata metadata, ReadOnlySpan<byte> target)
    {
        Start(EntryCode.Symlink, name);
        Put(metadata);
        Put16((ushort)target.Length);
        Put(target);
    }

    public void Node(ReadOnlySpan<byte> name, EntryMetadata metadata, FileKind kind, DeviceNumber device)
    {
        Start(EntryCode.Node, name);
        Put(metadata);
        Put16((ushort)kind);
        Put32(device.Major);
        Put32(device.Minor);
    }

    public void HardLink(ReadOnlySpan<byte> name, ReadOnlySpan<byte> path)
    {
        Start(EntryCode.HardLink, name);
        Put32((uint)path.Length);
        Put(path);
    }

    public void Removed(ReadOnlySpan<byte> name)
    {
        Start(EntryCode.Removed, name);
        RemovedEntries++;
    }

    /// <summary>The end mark, and all that is still buffered.</summary>
    public void End()
    {
        Flush();
        Put8((byte)EntryCode.End);
        Put64((ulong)Entries);
        Put64((ulong)DataBytes);
        Put64((ulong)RemovedEntries);
        _sender.SendLast(_block, _used);
    }

    public void Dispose() => _sender.Dispose();

    private void Start(EntryCode code, ReadOnlySpan<byte> name)
    {
        Entries++;
        Put8((byte)code);
        Put8((byte)name.Length);
        Put(name);
    }

    private void Put(EntryMetadata metadata)
    {
        Put16((ushort)metadata.Permissions);
        Put8((byte)((metadata.IsImmutable ? 1 : 0) | (metadata.IsAppendOnly ? 2 : 0)));
        Put32(metadata.Owner);
        Put32(metadata.Group);
        Put(metadata.Modified);
        Put(metadata.Accessed);
        Put16((ushort)metadata.Xattrs.Count);
        foreach (var (name, value) in metadata.Xattrs)
        {
            Put8((byte)name.Length);
            Put(name);
            Put32((uint)value.Length);
            Put(value);
        }
    }

    private void Put(FileTime time)
    {
        Put64((ulong)time.Seconds);
        Put32(time.Nanoseconds);
    }

    private void Put8(byte value)
    {
        Room(1)[0] = value;
        _used++;
    }

    private void Put16(ushort value)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(Room(2), value);
        _used += 2;
    }

    private void Put32(uint value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(Room(4), value);
        _used += 4;
    }

    private void Put64(ulong value)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(Room(8), value);
        _used += 8;
    }

    private void Put(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            var part = Math.Min(bytes.Length, Room(1).Length);
            bytes[..part].CopyTo(Free);
            _used += part;
            bytes = bytes[part..];
        }
    }

    private Span<byte> Room(int length)
    {
        if (Free.Length < length)
            Flush();
        return Free;
    }

    private void Flush()
    {
        if (_used == 0)
            return;
        _sender.Send(_block, _used);
        _used = 0;
        _block = _sender.Take();
    }
}
