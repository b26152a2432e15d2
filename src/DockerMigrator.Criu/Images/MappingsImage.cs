using System.Buffers.Binary;

namespace DockerMigrator.Criu.Images;

/// <summary>The mappings in the image of an address space, <c>mm-PID.img</c> (CRIU's <c>images/mm.proto</c>).</summary>
public static class MappingsImage
{
    /// <summary>Second word of the image, little-endian.</summary>
    public const uint Magic = 0x57492820;

    private const int HeaderLength = 8;
    private const int MappingField = 14;

    /// <summary>Name of the image of a process, by its PID in the container.</summary>
    public static string NameOf(int containerPid) => $"mm-{containerPid}.img";

    /// <summary>Parses an image: its mappings in order of address.</summary>
    /// <exception cref="InvalidDataException">It is not such an image, is torn, or its mappings are not in order.</exception>
    public static IReadOnlyList<MappingEntry> Parse(ReadOnlySpan<byte> image)
    {
        if (image.Length < HeaderLength + sizeof(uint) || BinaryPrimitives.ReadUInt32LittleEndian(image) != ImageFile.CommonMagic
            || BinaryPrimitives.ReadUInt32LittleEndian(image[4..]) != Magic)
        {
            throw new InvalidDataException("Not the image of an address space.");
        }

        var message = image[(HeaderLength + sizeof(uint))..];
        if (BinaryPrimitives.ReadUInt32LittleEndian(image[HeaderLength..]) != message.Length)
            throw new InvalidDataException("The image of an address space is torn.");
        var mappings = new List<MappingEntry>();
        var reader = new ProtobufReader(message);
        while (reader.Read())
        {
            if (reader.Field != MappingField)
                continue;
            var mapping = ParseMapping(reader.Bytes);
            if (mapping.End <= mapping.Start || (mappings.Count > 0 && mapping.Start < mappings[^1].End && !IsGuard(mapping)))
                throw new InvalidDataException("The mappings in the image of an address space are not in order.");
            // Guard pages are told behind the mappings, as mappings of their own: no page of theirs is ever dumped.
            if (!IsGuard(mapping))
                mappings.Add(mapping);
        }

        return mappings;
    }

    private static bool IsGuard(MappingEntry mapping) => (mapping.Status & (1 << 16)) != 0;

    private static MappingEntry ParseMapping(ReadOnlySpan<byte> message)
    {
        ulong start = 0, end = 0, advice = 0;
        uint flags = 0, status = 0;
        var reader = new ProtobufReader(message);
        while (reader.Read())
        {
            switch (reader.Field)
            {
                case 1:
                    start = reader.Number;
                    break;
                case 2:
                    end = reader.Number;
                    break;
                case 6:
                    flags = (uint)reader.Number;
                    break;
                case 7:
                    status = (uint)reader.Number;
                    break;
                case 9:
                    advice = reader.Number;
                    break;
            }
        }

        return new MappingEntry(start, end, flags, status, advice);
    }
}
