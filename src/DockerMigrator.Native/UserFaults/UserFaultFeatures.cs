namespace DockerMigrator.Native.UserFaults;

/// <summary>What a user fault descriptor can be asked to do (<c>UFFD_FEATURE_…</c>).</summary>
[Flags]
public enum UserFaultFeatures : ulong
{
    /// <summary>Faults only.</summary>
    None = 0,

    /// <summary>Tells of forks.</summary>
    ForkEvents = 1 << 1,

    /// <summary>Tells of moved memory.</summary>
    RemapEvents = 1 << 2,

    /// <summary>Tells of memory given back.</summary>
    RemoveEvents = 1 << 3,

    /// <summary>Tells of unmapped memory.</summary>
    UnmapEvents = 1 << 6,

    /// <summary>All that a process may do to its memory while somebody else provides it.</summary>
    AllEvents = ForkEvents | RemapEvents | RemoveEvents | UnmapEvents,
}
