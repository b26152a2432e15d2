namespace DockerMigrator.Memory.Tracking;

/// <summary>The trackers' names, as users give and see them.</summary>
public static class TrackerNames
{
    /// <summary>Asynchronous write protection by userfaultfd.</summary>
    public const string UserFault = "uffd-wp";

    /// <summary>The kernel's soft-dirty bits.</summary>
    public const string SoftDirty = "soft-dirty";

    /// <summary>Comparing hashes of all pages.</summary>
    public const string Hash = "hash";

    /// <summary>All of them, the best first.</summary>
    public static IReadOnlyList<string> All { get; } = [UserFault, SoftDirty, Hash];
}
