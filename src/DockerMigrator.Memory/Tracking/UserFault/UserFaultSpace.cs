using DockerMigrator.Memory.Tracking.Spaces;
using DockerMigrator.Native.Memory;

namespace DockerMigrator.Memory.Tracking.UserFault;

/// <summary>An address space with a userfaultfd of ours.</summary>
internal sealed class UserFaultSpace(SpaceIdentity identity, UserFaultDescriptor descriptor) : AddressSpace(identity)
{
    /// <summary>The descriptor.</summary>
    public UserFaultDescriptor Descriptor => descriptor;

    /// <summary>
    /// Where every present page has been reported, and the kernel knows of all writes since: as long as the mapping is
    /// registered, which is asked anew each time.
    /// </summary>
    public IReadOnlyList<PageRange> Reported { get; set; } = [];

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            descriptor.Dispose();
        base.Dispose(disposing);
    }
}
