namespace DockerMigrator.Criu.Images;

/// <summary>How CRIU gets the pages of a <see cref="PagemapEntry"/> (<c>PE_…</c> in CRIU's <c>pagemap.h</c>).</summary>
[Flags]
public enum PagemapFlags
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>They are in the parent image.</summary>
    Parent = 1,

    /// <summary>They may come later.</summary>
    Lazy = 2,

    /// <summary>They are in the file of pages, behind those of the entries before.</summary>
    Present = 4,
}
