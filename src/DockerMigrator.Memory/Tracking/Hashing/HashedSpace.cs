using DockerMigrator.Memory.Tracking.Spaces;

namespace DockerMigrator.Memory.Tracking.Hashing;

/// <summary>An address space with the hash of each of its pages as it was sent.</summary>
internal sealed class HashedSpace(SpaceIdentity identity) : AddressSpace(identity)
{
    /// <summary>Hashes by page number.</summary>
    public Dictionary<ulong, ulong> Sent { get; } = [];
}
