using System.Buffers.Binary;

namespace DockerMigrator.Native.Watching;

/// <summary>
/// Goes through what was read of a fanotify group (struct fanotify_event_metadata with information records, fanotify(7)):
/// events that name objects by file handles.
/// </summary>
public ref struct WatchEventReader(ReadOnlySpan<byte> events)
{
    private const int MetadataLength = 24;
    private const int RecordHeader = 12; // type, padding, length, file system ID
    private const int HandleHeader = 8; // length and type
    private const byte Version = 3;
    private const byte ObjectRecord = 1;
    private const byte NameRecord = 2;
    private const byte DirectoryRecord = 3;

    private ReadOnlySpan<byte> _events = events;

    /// <summary>What happened.</summary>
    public WatchEvents What { get; private set; }

    /// <summary>The directory in which it happened, as a struct file_handle; empty if there is none.</summary>
    public ReadOnlySpan<byte> Directory { get; private set; }

    /// <summary>The object to which it happened, in the same form; empty if it is not told.</summary>
    public ReadOnlySpan<byte> Object { get; private set; }

    /// <summary>Goes to the next event. False at the end, or if the rest is not to be understood: then <see cref="IsDamaged"/>.</summary>
    public bool Next()
    {
        Directory = default;
        Object = default;
        if (_events.IsEmpty)
            return false;
        var length = _events.Length < MetadataLength ? 0 : BinaryPrimitives.ReadInt32LittleEndian(_events);
        if (length < MetadataLength || length > _events.Length || _events[4] != Version)
            return Damaged();
        var metadataLength = BinaryPrimitives.ReadUInt16LittleEndian(_events[6..]);
        if (metadataLength < MetadataLength || metadataLength > length)
            return Damaged();
        What = (WatchEvents)BinaryPrimitives.ReadUInt64LittleEndian(_events[8..]);
        var records = _events[metadataLength..length];
        _events = _events[length..];
        while (records.Length > 0)
        {
            var recordLength = records.Length < RecordHeader + HandleHeader ? 0 : BinaryPrimitives.ReadUInt16LittleEndian(records[2..]);
            if (recordLength < RecordHeader + HandleHeader || recordLength > records.Length)
                return Damaged();
            var handle = records[RecordHeader..recordLength];
            var handleLength = BinaryPrimitives.ReadUInt32LittleEndian(handle);
            if (handleLength > handle.Length - HandleHeader)
                return Damaged();
            handle = handle[..(HandleHeader + (int)handleLength)];
            if (records[0] is NameRecord or DirectoryRecord)
                Directory = handle;
            else if (records[0] == ObjectRecord)
                Object = handle;
            records = records[recordLength..];
        }

        return true;
    }

    /// <summary>Whether the kernel wrote something that is not understood.</summary>
    public bool IsDamaged { get; private set; }

    private bool Damaged()
    {
        IsDamaged = true;
        _events = default;
        return false;
    }
}
