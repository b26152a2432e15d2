namespace DockerMigrator.Migration.Source.Mounts;

/// <summary>What becomes of the content of a volume or bind mount.</summary>
public enum MountTreatment
{
    /// <summary>It goes to the target, which mirrors it.</summary>
    Copy,

    /// <summary>It stays; the container gets what the target has.</summary>
    Skip,

    /// <summary>It is the same storage on both hosts, which is verified; nothing is copied.</summary>
    Shared,
}
