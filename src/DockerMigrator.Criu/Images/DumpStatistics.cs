using System.Buffers.Binary;
using DockerMigrator.Criu.Errors;

namespace DockerMigrator.Criu.Images;

/// <summary>What CRIU measured of a dump (<c>stats-dump</c>, in CRIU's <c>images/stats.proto</c>).</summary>
/// <param name="Freezing">Time to stop the tasks.</param>
/// <param name="Frozen">Time for which CRIU itself held them.</param>
/// <param name="MemoryDump">Time to collect the pages.</param>
/// <param name="MemoryWrite">Time to write them.</param>
/// <param name="PagesScanned">Pages looked at, of 4 KiB on x86-64.</param>
/// <param name="PagesWritten">Private pages written.</param>
/// <param name="PagesLazy">Pages left out for lazy restore.</param>
/// <param name="SharedPagesWritten">Pages of shared memory written.</param>
public sealed record DumpStatistics(
    TimeSpan Freezing, TimeSpan Frozen, TimeSpan MemoryDump, TimeSpan MemoryWrite,
    ulong PagesScanned, ulong PagesWritten, ulong PagesLazy, ulong SharedPagesWritten)
{
    /// <summary>Name of the file, in CRIU's work directory.</summary>
    public const string FileName = "stats-dump";

    private const int LongestFile = 64 << 10;

    /// <summary>Reads the statistics that a dump left in its work directory.</summary>
    /// <exception cref="CriuException">They are missing or torn.</exception>
    public static DumpStatistics Read(string workDirectory)
    {
        var path = Path.Combine(workDirectory, FileName);
        try
        {
            if (new FileInfo(path).Length > LongestFile)
                throw new InvalidDataException("The file is too long.");
            return Parse(File.ReadAllBytes(path));
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException)
        {
            throw new CriuException($"CRIU left no readable statistics of the dump: {exception.Message}", exception);
        }
    }

    /// <summary>Parses the file: service magic, statistics magic, length, message.</summary>
    /// <exception cref="InvalidDataException">It is not such a file, or torn.</exception>
    public static DumpStatistics Parse(ReadOnlySpan<byte> file)
    {
        if (file.Length < 12 || BinaryPrimitives.ReadUInt32LittleEndian(file) != ImageFile.ServiceMagic
            || BinaryPrimitives.ReadUInt32LittleEndian(file[4..]) != ImageFile.StatisticsMagic)
        {
            throw new InvalidDataException("Not a statistics image.");
        }

        var length = BinaryPrimitives.ReadUInt32LittleEndian(file[8..]);
        if (length > file.Length - 12)
            throw new InvalidDataException("A torn statistics image.");
        var entry = new ProtobufReader(file.Slice(12, (int)length));
        while (entry.Read())
        {
            if (entry.Field == 1)
                return ParseDump(entry.Bytes);
        }

        throw new InvalidDataException("Statistics of something else than a dump.");
    }

    private static DumpStatistics ParseDump(ReadOnlySpan<byte> message)
    {
        const int Fields = 15;
        Span<ulong> values = stackalloc ulong[Fields];
        values.Clear();
        var reader = new ProtobufReader(message);
        while (reader.Read())
        {
            if (reader.Field < Fields)
                values[reader.Field] = reader.Number;
        }

        return new DumpStatistics(
            Microseconds(values[1]), Microseconds(values[2]), Microseconds(values[3]), Microseconds(values[4]),
            values[5], values[7], values[9], values[14]);
    }

    private static TimeSpan Microseconds(ulong value) => TimeSpan.FromMicroseconds(Math.Min(value, uint.MaxValue));
}
