using DockerMigrator.Memory.Frozen;

namespace DockerMigrator.Migration.Reporting;

/// <summary>How memory was moved.</summary>
/// <param name="Strategy"><c>pre-copy</c> or <c>stop-and-copy</c>.</param>
/// <param name="Tracker">The dirty tracker; null without one.</param>
/// <param name="LongestStopMs">The longest that a process stood still for the tracker before the freeze, in milliseconds; null without one.</param>
/// <param name="Dump">How CRIU was kept from dumping it again; null if it did not come to the dump.</param>
/// <param name="Rounds">The rounds.</param>
public sealed record ReportedMemory(string Strategy, string? Tracker, double? LongestStopMs, DumpMethod? Dump, IReadOnlyList<ReportedRound> Rounds);
