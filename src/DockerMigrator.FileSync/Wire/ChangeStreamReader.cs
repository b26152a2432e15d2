using System.Buffers.Binary;
using System.IO.Hashing;
using DockerMigrator.FileSync.Errors;
using DockerMigrator.FileSync.Trees;
using DockerMigrator.Native.Files;

namespace DockerMigrator.FileSync.Wire;

/// <summary>
/// Reads a change stream, trusting nothing in it: every length is checked before room is made for it, every name before
/// anybody uses it. Reads exactly to the stream's end and not a byte further. Of the data of files it hands out where they lie in its
/// blocks, for others to write them while it reads on.
/// </summary>
internal sealed class ChangeStreamReader(Stream stream) : IDisposable
{
    private readonly XxHash128 _hash = new();
    private readonly BlockPool _pool = new();
    private byte[] _scratch = new byte[512];
    private ReceivedBlock? _block;
    private bool _isLast;
    private int _position;
    private int _end;

    public StreamFlags Header()
    {
        if (Get32() != WireLimits.Magic)
            throw Damaged("it does not start like one");
        var version = Get8();
        if (version != WireLimits.Version)
            throw Damaged($"its version {version} is not known here");
        var flags = (StreamFlags)Get8();
        return (flags & ~(StreamFlags.Mirror | StreamFlags.SingleFile)) == StreamFlags.None ? flags : throw Damaged("it has unknown flags");
    }

    public EntryCode Code()
    {
        var code = (EntryCode)Get8();
        if (code == EntryCode.End && (_position != 1 || !_isLast))
            throw Damaged("its end mark is in the middle of it");
        return code is > EntryCode.None and <= EntryCode.Patch ? code : throw Damaged($"it has an unknown entry {(byte)code}");
    }

    /// <summary>A name that is safe to use; or an empty one, if that is allowed here.</summary>
    public byte[] Name(bool mayBeEmpty)
    {
        var name = Take(Get8()).ToArray();
        return TreePath.IsName(name) || (mayBeEmpty && name.Length == 0)
            ? name
            : throw Damaged($"it has the forbidden name '{TreePath.Printable(name)}'");
    }

    public bool Flag() => Get8() switch
    {
        0 => false,
        1 => true,
        var other => throw Damaged($"it has {other} where yes or no was expected"),
    };

    public EntryMetadata Metadata()
    {
        var permissions = Get16();
        var protection = Get8();
        var owner = Get32();
        var group = Get32();
        if (permissions > 0xFFF || protection > 3 || owner == uint.MaxValue || group == uint.MaxValue)
            throw Damaged("it has impossible permissions or owners");
        var modified = Time();
        var accessed = Time();
        return new EntryMetadata(permissions, (protection & 1) != 0, (protection & 2) != 0, owner, group, modified, accessed, Xattrs());
    }

    public long Size()
    {
        var size = Get64();
        return size <= long.MaxValue ? (long)size : throw Damaged("it has a file of impossible size");
    }

    /// <summary>What an earlier file must be, to be patched.</summary>
    public PatchBase PatchBase() => new(Size(), Time());

    /// <summary>The next segment's length, 0 at the end of the file.</summary>
    /// <param name="from">Where the one before ended.</param>
    /// <param name="size">The file's size.</param>
    /// <param name="offset">Where it is.</param>
    /// <param name="isHole">Whether it is a hole, of which no data follows; null if there can be none.</param>
    public long Segment(long from, long size, out long offset, ref bool? isHole)
    {
        offset = 0;
        var length = Get32();
        if (length == 0)
            return 0;
        if (isHole is null && length >= WireLimits.Hole)
            throw Damaged("it has a hole where none can be");
        if (isHole is not null)
            isHole = length >= WireLimits.Hole;
        length &= ~WireLimits.Hole;
        var start = Get64();
        if (length == 0 || start < (ulong)from || start > (ulong)size || length > (ulong)size - start)
            throw Damaged("it has more data for a file than announced");
        offset = (long)start;
        return length;
    }

    /// <summary>Some of the bytes that come next, at least one, at most <paramref name="most"/>. To be let go of.</summary>
    public DataPiece Piece(long most, long offset)
    {
        var data = Data(most);
        return new DataPiece(_block!.Share(), _position - data.Length, data.Length, offset);
    }

    public byte[] SymlinkTarget()
    {
        var length = Get16();
        if (length is 0 or > WireLimits.SymlinkTarget)
            throw Damaged("it has a symbolic link of impossible length");
        var target = Take(length).ToArray();
        return target.Contains((byte)0) ? throw Damaged("it has a symbolic link with a NUL") : target;
    }

    public FileKind NodeKind() => (FileKind)Get16() switch
    {
        var kind and (FileKind.Fifo or FileKind.Socket or FileKind.CharacterDevice or FileKind.BlockDevice) => kind,
        var other => throw Damaged($"it has a node of unknown kind {(int)other:x}"),
    };

    public DeviceNumber Device()
    {
        var device = new DeviceNumber(Get32(), Get32());
        return device.Major <= 0xFFF && device.Minor <= 0xFFFFF ? device : throw Damaged("it has an impossible device number");
    }

    /// <summary>A path of safe names.</summary>
    public byte[] LinkPath()
    {
        var length = Get32();
        if (length is 0 or > WireLimits.LinkPath)
            throw Damaged("it has a link path of impossible length");
        var path = Take((int)length).ToArray();
        foreach (var part in path.AsSpan().Split((byte)'/'))
        {
            if (!TreePath.IsName(path.AsSpan()[part]))
                throw Damaged($"it links to the forbidden path '{TreePath.Printable(path)}'");
        }

        return path;
    }

    /// <summary>Reads what follows the end mark, and checks it.</summary>
    public void End(long entries, long dataBytes, long removed)
    {
        if (Get64() != (ulong)entries || Get64() != (ulong)dataBytes || Get64() != (ulong)removed)
            throw Damaged("its totals are not what arrived");
        _hash.Append(_block!.Bytes.AsSpan(0, _position));
        var expected = _hash.GetCurrentHash();
        if (_end - _position != expected.Length || !_block.Bytes.AsSpan(_position, expected.Length).SequenceEqual(expected))
            throw Damaged("its checksum is wrong");
    }

    public static TreeException Damaged(string why) => new($"The stream of files is damaged: {why}.");

    public void Dispose() => _block?.Release();

    private FileTime Time()
    {
        var time = new FileTime((long)Get64(), Get32());
        return time.Nanoseconds < 1_000_000_000 ? time : throw Damaged("it has an impossible time");
    }

    private IReadOnlyList<Xattr> Xattrs()
    {
        var count = Get16();
        if (count == 0)
            return [];
        var result = new List<Xattr>();
        var total = 0L;
        for (var i = 0; i < count; i++)
        {
            var name = Take(Get8()).ToArray();
            var length = Get32();
            total += name.Length + length;
            if (name.Length == 0 || name.Contains((byte)0) || length > WireLimits.XattrValue || total > WireLimits.XattrTotal)
                throw Damaged("it has an impossible extended attribute");
            result.Add(new Xattr(name, Take((int)length).ToArray()));
        }

        return result;
    }

    private byte Get8() => Take(1)[0];

    private ushort Get16() => BinaryPrimitives.ReadUInt16LittleEndian(Take(2));

    private uint Get32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4));

    private ulong Get64() => BinaryPrimitives.ReadUInt64LittleEndian(Take(8));

    /// <summary>The next bytes; valid until the next call.</summary>
    private ReadOnlySpan<byte> Take(int length)
    {
        if (length <= _end - _position)
        {
            _position += length;
            return _block is null ? default : _block.Bytes.AsSpan(_position - length, length);
        }

        if (_scratch.Length < length)
            _scratch = new byte[length];
        for (var have = 0; have < length;)
        {
            var part = Data(length - have);
            part.CopyTo(_scratch.AsSpan(have));
            have += part.Length;
        }

        return _scratch.AsSpan(0, length);
    }

    private ReadOnlySpan<byte> Data(long most)
    {
        if (_position == _end)
            NextBlock();
        var length = (int)Math.Min(most, _end - _position);
        _position += length;
        return _block!.Bytes.AsSpan(_position - length, length);
    }

    private void NextBlock()
    {
        if (_isLast)
            throw Damaged("it goes on after its last block");
        if (_block is not null)
        {
            _hash.Append(_block.Bytes.AsSpan(0, _end));
            _block.Release();
            _block = null;
        }

        (_position, _end) = (0, 0);
        Span<byte> prefix = stackalloc byte[WireLimits.LengthPrefix];
        try
        {
            stream.ReadExactly(prefix);
            var length = BinaryPrimitives.ReadUInt32LittleEndian(prefix);
            _isLast = length >= WireLimits.LastBlock;
            length &= ~WireLimits.LastBlock;
            if (length is 0 or > WireLimits.BlockSize)
                throw Damaged("it has a block of impossible length");
            _block = _pool.Take();
            stream.ReadExactly(_block.Bytes, 0, (int)length);
            _end = (int)length;
        }
        catch (EndOfStreamException e)
        {
            throw new TreeException("The stream of files ended in the middle.", e);
        }
    }
}
