namespace DockerMigrator.Memory.Streaming;

/// <summary>What a record of the page stream is. Values are part of the wire format and never reused.</summary>
internal enum PageRecordKind : uint
{
    /// <summary>No more records.</summary>
    End = 0,

    /// <summary>Pages as they are.</summary>
    Pages = 1,

    /// <summary>Pages of zeros.</summary>
    Zero = 2,

    /// <summary>Pages compressed with zstd.</summary>
    Packed = 3,

    /// <summary>Mappings that the tracker looks after.</summary>
    Tracked = 4,

    /// <summary>Pages in them that the process has.</summary>
    Present = 5,

    /// <summary>Pages that a segment of shared memory has.</summary>
    Segment = 6,
}
