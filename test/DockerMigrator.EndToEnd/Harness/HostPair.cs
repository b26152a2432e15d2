namespace DockerMigrator.EndToEnd.Harness;

/// <summary>From which kind of host to which.</summary>
public enum HostPair
{
    TrixieToTrixie,
    SidToSid,
    TrixieToSid,
    UnifiedToUnified,
    SnapshotterToSnapshotter,
    LegacyToTrixie,
    TrixieToSnapshotter,
    TrixieToLegacy,
}
