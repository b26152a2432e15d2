using DockerMigrator.Memory.Tracking.Spaces;

namespace DockerMigrator.Memory.Tracking.SoftDirty;

/// <summary>An address space tracked by soft-dirty bits.</summary>
internal sealed class SoftDirtySpace(SpaceIdentity identity) : AddressSpace(identity)
{
    /// <summary>
    /// Where each page lay when the bits were last cleared and it was reported. The bits alone do not tell a page that came from
    /// another address: mremap(2) moves whole page tables, bits and all, and the huge page of zeros, which takes the place of
    /// pages that were given back, has none.
    /// </summary>
    public PageValues Places { get; set; } = new();
}
