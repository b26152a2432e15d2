using DockerMigrator.Memory.Tracking.Spaces;

namespace DockerMigrator.Memory.Tracking.SoftDirty;

/// <summary>An address space tracked by soft-dirty bits.</summary>
internal sealed class SoftDirtySpace(SpaceIdentity identity) : AddressSpace(identity)
{
    /// <summary>Whether all that it had at some moment was reported, and the bits tell what came later.</summary>
    public bool IsReported { get; set; }
}
