using System.Buffers.Binary;

namespace DockerMigrator.Criu.Images;

/// <summary>
/// Walks over the fields of one encoded protobuf message (protobuf.dev, "Encoding"). A message that is torn or not
/// protobuf at all makes it throw <see cref="InvalidDataException"/>.
/// </summary>
public ref struct ProtobufReader(ReadOnlySpan<byte> message)
{
    private ReadOnlySpan<byte> _rest = message;

    /// <summary>Number of the current field.</summary>
    public int Field { get; private set; }

    /// <summary>Value of the current field if it is a number, else 0.</summary>
    public ulong Number { get; private set; }

    /// <summary>Contents of the current field if it is bytes, text or a message, else empty.</summary>
    public ReadOnlySpan<byte> Bytes { get; private set; }

    /// <summary>The current field as it is encoded, with its tag.</summary>
    public ReadOnlySpan<byte> Encoded { get; private set; }

    /// <summary>Goes on to the next field; false at the end.</summary>
    public bool Read()
    {
        if (_rest.IsEmpty)
            return false;
        var start = _rest;
        var tag = ReadVariable();
        if (tag >> 3 is 0 or > int.MaxValue >> 3)
            throw Torn();
        Field = (int)(tag >> 3);
        Number = 0;
        Bytes = default;
        switch (tag & 7)
        {
            case 0:
                Number = ReadVariable();
                break;
            case 1:
                Number = BinaryPrimitives.ReadUInt64LittleEndian(Take(8));
                break;
            case 2:
                Bytes = Take(ReadVariable());
                break;
            case 5:
                Number = BinaryPrimitives.ReadUInt32LittleEndian(Take(4));
                break;
            default:
                throw Torn();
        }

        Encoded = start[..^_rest.Length];
        return true;
    }

    private ulong ReadVariable()
    {
        ulong value = 0;
        for (var shift = 0; shift < 70; shift += 7)
        {
            var next = Take(1)[0];
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
                return value;
        }

        throw Torn();
    }

    private ReadOnlySpan<byte> Take(ulong length)
    {
        if (length > (ulong)_rest.Length)
            throw Torn();
        var taken = _rest[..(int)length];
        _rest = _rest[(int)length..];
        return taken;
    }

    private static InvalidDataException Torn() => new("Not a protobuf message, or a torn one.");
}
