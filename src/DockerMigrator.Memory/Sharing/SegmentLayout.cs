namespace DockerMigrator.Memory.Sharing;

/// <summary>What the frozen container has in one segment of shared memory. A page's address is its offset.</summary>
/// <param name="Space">Its number beside those of address spaces, from <see cref="FirstSpace"/> on.</param>
/// <param name="Id">What CRIU names its images by (<c>shmid</c>): the inode, which of a System V segment is its ID.</param>
/// <param name="Present">Pages that it has (a page that is missing here reads as zeros). Sorted, not overlapping.</param>
public sealed record SegmentLayout(uint Space, ulong Id, IReadOnlyList<PageRange> Present)
{
    /// <summary>The first number that stands for a segment; address spaces have smaller ones.</summary>
    public const uint FirstSpace = 1u << 31;

    /// <summary>Whether a number stands for a segment.</summary>
    public static bool IsSegment(uint space) => space >= FirstSpace;
}
