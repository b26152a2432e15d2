namespace DockerMigrator.Memory.Streaming;

/// <summary>Whether pages are compressed on the wire.</summary>
public enum PageCompression
{
    /// <summary>Where it is faster; see <see cref="CompressionChoice"/>.</summary>
    Auto,

    /// <summary>Never.</summary>
    None,

    /// <summary>Always, unless a piece does not become smaller.</summary>
    Zstd,
}
