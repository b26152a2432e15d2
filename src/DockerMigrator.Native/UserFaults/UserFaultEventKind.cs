namespace DockerMigrator.Native.UserFaults;

/// <summary>What a user fault descriptor tells (<c>linux/userfaultfd.h</c>).</summary>
public enum UserFaultEventKind : byte
{
    /// <summary>A thread waits for a page that is missing.</summary>
    PageFault = 0x12,

    /// <summary>The process has forked; the child's memory has a descriptor of its own.</summary>
    Fork = 0x13,

    /// <summary>Memory has been moved (mremap).</summary>
    Remap = 0x14,

    /// <summary>Memory is about to be given back (madvise): it reads as zeros afterwards.</summary>
    Remove = 0x15,

    /// <summary>Memory has been unmapped.</summary>
    Unmap = 0x16,
}
