namespace DockerMigrator.Criu.Images;

/// <summary>
/// Which segments of shared memory a dump has: <c>memfd.img</c> (CRIU's <c>images/memfd.proto</c>) has anonymous memory too, and
/// <c>ipcns-shm-N.img</c> (<c>images/ipc-shm.proto</c>) those of System V.
/// </summary>
public static class SharedMemoryImages
{
    /// <summary>Second word of <c>memfd.img</c>, little-endian.</summary>
    public const uint MemfdMagic = 0x48453499;

    /// <summary>Second word of <c>ipcns-shm-N.img</c>, little-endian.</summary>
    public const uint SystemVMagic = 0x46283044;

    private const string MemfdName = "memfd.img";

    /// <summary>The size in bytes of the one segment that has an ID; null if there is none, or more than one.</summary>
    /// <exception cref="InvalidDataException">An image is none, or torn.</exception>
    public static ulong? FindSize(string directory, ulong id)
    {
        var segments = Directory.EnumerateFiles(directory, "ipcns-shm-*.img").SelectMany(path => ParseSystemV(File.ReadAllBytes(path)));
        var memfds = Path.Combine(directory, MemfdName);
        if (File.Exists(memfds))
            segments = segments.Concat(ParseMemfds(File.ReadAllBytes(memfds)));
        return segments.Where(segment => segment.Id == id).ToList() is [var (_, size)] ? size : null;
    }

    /// <summary>The segments in <c>memfd.img</c>.</summary>
    /// <exception cref="InvalidDataException">It is none, or torn.</exception>
    public static IReadOnlyList<(ulong Id, ulong Size)> ParseMemfds(ReadOnlyMemory<byte> image) =>
        Parse(image, MemfdMagic, static record => ParseEntry(record.Span, idField: 5, sizeField: 4));

    /// <summary>The segments in <c>ipcns-shm-N.img</c>.</summary>
    /// <exception cref="InvalidDataException">It is none, or torn.</exception>
    public static IReadOnlyList<(ulong Id, ulong Size)> ParseSystemV(ReadOnlyMemory<byte> image) =>
        Parse(image, SystemVMagic, static record =>
        {
            const int Description = 1, Size = 2, Id = 7;
            ulong id = 0, size = 0;
            var reader = new ProtobufReader(record.Span);
            while (reader.Read())
            {
                if (reader.Field == Size)
                    size = reader.Number;
                else if (reader.Field == Description)
                    id = ParseEntry(reader.Bytes, Id, sizeField: 0).Id;
            }

            return (id, size);
        });

    private static List<(ulong Id, ulong Size)> Parse(ReadOnlyMemory<byte> image, uint magic, Func<ReadOnlyMemory<byte>, (ulong Id, ulong Size)> parse)
    {
        var rest = ImageRecords.After(magic, image, "shared memory");
        var segments = new List<(ulong Id, ulong Size)>();
        while (ImageRecords.TryTake(ref rest, out var record))
            segments.Add(parse(record));
        return segments;
    }

    private static (ulong Id, ulong Size) ParseEntry(ReadOnlySpan<byte> message, int idField, int sizeField)
    {
        ulong id = 0, size = 0;
        var reader = new ProtobufReader(message);
        while (reader.Read())
        {
            if (reader.Field == idField)
                id = reader.Number;
            else if (reader.Field == sizeField)
                size = reader.Number;
        }

        return (id, size);
    }
}
