using System.Buffers.Binary;

namespace DockerMigrator.Criu.Images;

/// <summary>The records of an image that has several: a length of 32 bits and a message each.</summary>
internal static class ImageRecords
{
    private const int HeaderLength = 8;

    /// <summary>What is behind the two magic numbers.</summary>
    /// <param name="magic">The second one.</param>
    /// <param name="image">The image.</param>
    /// <param name="what">What it is to be, for the message.</param>
    /// <exception cref="InvalidDataException">They are others.</exception>
    public static ReadOnlyMemory<byte> After(uint magic, ReadOnlyMemory<byte> image, string what)
    {
        if (image.Length < HeaderLength || BinaryPrimitives.ReadUInt32LittleEndian(image.Span) != ImageFile.CommonMagic
            || BinaryPrimitives.ReadUInt32LittleEndian(image.Span[sizeof(uint)..]) != magic)
        {
            throw new InvalidDataException($"Not an image of {what}.");
        }

        return image[HeaderLength..];
    }

    /// <summary>Takes the next record; false at the end.</summary>
    /// <exception cref="InvalidDataException">It is torn.</exception>
    public static bool TryTake(ref ReadOnlyMemory<byte> rest, out ReadOnlyMemory<byte> record)
    {
        record = default;
        if (rest.IsEmpty)
            return false;
        if (rest.Length < sizeof(uint))
            throw Torn();
        var length = BinaryPrimitives.ReadUInt32LittleEndian(rest.Span);
        rest = rest[sizeof(uint)..];
        if (length > rest.Length)
            throw Torn();
        record = rest[..(int)length];
        rest = rest[(int)length..];
        return true;
    }

    private static InvalidDataException Torn() => new("An image is torn.");
}
