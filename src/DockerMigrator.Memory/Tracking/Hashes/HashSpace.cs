using DockerMigrator.Memory.Tracking.Spaces;

namespace DockerMigrator.Memory.Tracking.Hashes;

/// <summary>An address space tracked by hashes.</summary>
internal sealed class HashSpace(SpaceIdentity identity) : AddressSpace(identity)
{
    /// <summary>The hash of each page's content as it was last sent.</summary>
    public PageValues Sent { get; } = new();
}
