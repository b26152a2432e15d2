namespace DockerMigrator.Migration.Reporting;

/// <summary>A round of pre-copy; the last one is that of the freeze, and there is one more if CRIU left out memory that no tracker looked after.</summary>
/// <param name="DirtyBytes">Bytes of memory that were found changed.</param>
/// <param name="EqualBytes">Bytes of it in pages that held what they held when they were sent before, and were not sent again.</param>
/// <param name="SentBytes">Bytes that this took on the wire.</param>
/// <param name="Ms">Milliseconds from the scan to the end of the sending.</param>
public sealed record ReportedRound(long DirtyBytes, long EqualBytes, long SentBytes, double Ms);
