using DockerMigrator.Memory.Tracking.Spaces;

namespace DockerMigrator.Memory.Tracking.Hashes;

/// <summary>An address space with a hash of each page's content as it was last sent.</summary>
internal sealed class HashSpace(SpaceIdentity identity) : AddressSpace(identity)
{
    /// <summary>The hashes.</summary>
    public PageHashes Sent { get; } = new();
}
