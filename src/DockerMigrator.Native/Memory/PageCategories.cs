namespace DockerMigrator.Native.Memory;

/// <summary>What the kernel says of a page (<c>PAGE_IS_*</c> in <c>linux/fs.h</c>).</summary>
[Flags]
public enum PageCategories : ulong
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Its mapping is registered for asynchronous write protection.</summary>
    WriteProtectable = 1,

    /// <summary>Written to since it was last protected.</summary>
    Written = 2,

    /// <summary>In a file, or shared anonymous memory.</summary>
    File = 4,

    /// <summary>In memory.</summary>
    Present = 8,

    /// <summary>In swap space, or on its way somewhere else.</summary>
    Swapped = 16,

    /// <summary>The kernel's page of zeros.</summary>
    Zero = 32,

    /// <summary>Part of a huge page.</summary>
    Huge = 64,

    /// <summary>Soft-dirty.</summary>
    SoftDirty = 128,

    /// <summary>A guard: touching it is a fault (kernel 6.15 on).</summary>
    Guard = 256,
}
