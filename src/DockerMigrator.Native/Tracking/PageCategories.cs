namespace DockerMigrator.Native.Tracking;

/// <summary>What a page is (<c>linux/fs.h</c>, PAGE_IS_…).</summary>
[Flags]
public enum PageCategories : ulong
{
    /// <summary>Nothing of what was asked for.</summary>
    None = 0,

    /// <summary>Written since it was write-protected, or never protected.</summary>
    Written = 1 << 1,

    /// <summary>Belongs to a file.</summary>
    File = 1 << 2,

    /// <summary>In memory.</summary>
    Present = 1 << 3,

    /// <summary>In swap; also said of what only takes the place of a page, such as a guard.</summary>
    Swapped = 1 << 4,

    /// <summary>The kernel's page of zeros.</summary>
    Zero = 1 << 5,

    /// <summary>A guard (since Linux 6.15): there is no page, and touching it is an error.</summary>
    Guard = 1 << 8,
}
