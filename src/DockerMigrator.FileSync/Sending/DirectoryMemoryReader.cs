using System.Buffers.Binary;

namespace DockerMigrator.FileSync.Sending;

/// <summary>Goes through what is remembered of one directory, in byte order of the names.</summary>
internal sealed class DirectoryMemoryReader(byte[] records)
{
    private int _position;

    /// <summary>Whether there is another name.</summary>
    public bool HasNext => _position < records.Length;

    /// <summary>The next name.</summary>
    public ReadOnlySpan<byte> Name => records.AsSpan(_position + 1, records[_position]);

    /// <summary>What is known of a name that is not before those that were asked for earlier; nothing if there is none.</summary>
    public RememberedEntry TakeUpTo(ReadOnlySpan<byte> name)
    {
        while (HasNext && Name.SequenceCompareTo(name) is var order and <= 0)
        {
            var entry = Take();
            if (order == 0)
                return entry;
        }

        return default;
    }

    /// <summary>What is known of the next name; goes on to the one after it.</summary>
    public RememberedEntry Take()
    {
        var rest = records.AsSpan(_position + 1 + records[_position]);
        _position += DirectoryMemoryWriter.RecordLength(records[_position]);
        return new RememberedEntry((RememberedKind)rest[0], BinaryPrimitives.ReadUInt64LittleEndian(rest[1..]));
    }
}
