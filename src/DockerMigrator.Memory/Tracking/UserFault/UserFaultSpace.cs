using DockerMigrator.Memory.Tracking.Spaces;
using DockerMigrator.Native.Memory;

namespace DockerMigrator.Memory.Tracking.UserFault;

/// <summary>An address space with a userfaultfd of ours.</summary>
internal sealed class UserFaultSpace(SpaceIdentity identity, UserFaultDescriptor descriptor) : AddressSpace(identity)
{
    /// <summary>The descriptor.</summary>
    public UserFaultDescriptor Descriptor => descriptor;

    /// <summary>The mappings that the last scan looked at. Neighbours are told apart.</summary>
    public IReadOnlyList<PageRange> Mappings { get; set; } = [];

    /// <summary>
    /// Where every page that was present has been taken, and the kernel knows of all writes since: as long as the mapping is
    /// registered, which is asked anew each time.
    /// </summary>
    public IReadOnlyList<PageRange> Taken { get; set; } = [];

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            descriptor.Dispose();
        base.Dispose(disposing);
    }
}
