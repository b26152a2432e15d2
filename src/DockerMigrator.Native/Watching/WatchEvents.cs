namespace DockerMigrator.Native.Watching;

/// <summary>What happened (fanotify(7)'s event mask).</summary>
[Flags]
public enum WatchEvents : ulong
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>FAN_MODIFY: content was written, but not through a mapping.</summary>
    Modified = 0x2,

    /// <summary>FAN_ATTRIB: metadata, an extended attribute or the number of links changed.</summary>
    Attributes = 0x4,

    /// <summary>FAN_CLOSE_WRITE: nobody has it open for writing, or mapped, through this opening any more.</summary>
    ClosedAfterWriting = 0x8,

    /// <summary>FAN_MOVED_FROM: a name went.</summary>
    MovedFrom = 0x40,

    /// <summary>FAN_MOVED_TO: a name came.</summary>
    MovedTo = 0x80,

    /// <summary>FAN_CREATE: something was made or linked.</summary>
    Created = 0x100,

    /// <summary>FAN_DELETE: a name was removed.</summary>
    Deleted = 0x200,

    /// <summary>FAN_Q_OVERFLOW: events were lost.</summary>
    Overflow = 0x4000,

    /// <summary>FAN_ONDIR: it happened to a directory.</summary>
    OnDirectory = 0x40000000,
}
