namespace DockerMigrator.Criu.Images;

/// <summary>A mapping of a process (<c>vma_entry</c> in CRIU's <c>images/vma.proto</c>).</summary>
/// <param name="Start">Its first address.</param>
/// <param name="End">First address behind it.</param>
/// <param name="Flags">As for mmap(2), of the machine that dumped.</param>
/// <param name="Status">What CRIU takes it for (<c>VMA_…</c> in CRIU's <c>image.h</c>).</param>
/// <param name="Advice">Bits of the numbers of madvise(2) that are in force.</param>
public sealed record MappingEntry(ulong Start, ulong End, uint Flags, uint Status, ulong Advice)
{
    // asm-generic/mman.h, alike on x86-64 and arm64.
    private const uint Private = 0x02; // MAP_PRIVATE
    private const uint Droppable = 0x08; // MAP_DROPPABLE, in place of MAP_PRIVATE
    private const uint Anonymous = 0x20; // MAP_ANONYMOUS
    private const uint Locked = 0x2000; // MAP_LOCKED
    private const uint HugePages = 0x40000; // MAP_HUGETLB
    private const int WipeOnFork = 18; // MADV_WIPEONFORK

    // Vsyscall page, vDSO, its data, ring of asynchronous I/O, shadow stack.
    private const uint Special = (1 << 2) | (1 << 3) | (1 << 12) | (1 << 13) | (1 << 15);

    /// <summary>Whether it is private memory without a file behind it.</summary>
    public bool IsPrivateAnonymous => (Flags & (Private | Anonymous)) == (Private | Anonymous);

    /// <summary>Whether it is locked in memory (mlock(2)): the kernel fills such a mapping when it is made.</summary>
    public bool IsLocked => (Flags & Locked) != 0;

    /// <summary>
    /// Whether its pages may become zeros at any moment, as the state of the vDSO's getrandom in each process of a newer glibc: <c>/proc/PID/maps</c> shows
    /// them as private memory, and CRIU dumps none of them (<c>generate_vma_iovs</c> in its <c>mem.c</c>; before 4.2 it takes them for private memory, too).
    /// </summary>
    public bool IsDroppable => (Flags & (Private | Droppable | Anonymous)) == (Droppable | Anonymous);

    /// <summary>
    /// Whether its pages may come after the restore: CRIU registers the mapping (<c>vma_entry_can_be_lazy</c> in its
    /// <c>vma.h</c>), and a fork does not make anything else of a page that is missing than of one that is there.
    /// </summary>
    public bool CanBeLazy =>
        IsPrivateAnonymous && (Flags & (Locked | HugePages)) == 0 && (Status & Special) == 0 && (Advice & (1UL << WipeOnFork)) == 0;
}
