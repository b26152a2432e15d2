namespace DockerMigrator.Protocol.Convergence;

/// <summary>One round of pre-copy: what a scan found, and how long it took to send.</summary>
/// <param name="DirtyBytes">Bytes of memory that the scan at the round's begin found changed.</param>
/// <param name="SentBytes">Bytes that this took on the wire; less where pages are zero or compressed.</param>
/// <param name="Elapsed">From the round's scan to the end of its sending.</param>
/// <param name="Sending">The part of it that sending took, where scans read memory; null: nearly all.</param>
public readonly record struct Round(long DirtyBytes, long SentBytes, TimeSpan Elapsed, TimeSpan? Sending = null)
{
    /// <summary>Bytes of memory that were found as they had been sent before, and left out.</summary>
    public long EqualBytes { get; init; }
}
