using DockerMigrator.Native.UserFaults;

namespace DockerMigrator.Memory.Lazy;

/// <summary>
/// Somebody else who holds the faults of all processes, too. When the last who holds them is gone, the kernel gives missing pages as
/// zeros; as long as one is left, threads wait.
/// </summary>
public interface IFaultKeeper
{
    /// <summary>Hold these.</summary>
    /// <param name="slot">Their number.</param>
    /// <param name="faults">The faults of a process.</param>
    void Hold(uint slot, UserFaultDescriptor faults);

    /// <summary>They need not be held any more: nothing is missing.</summary>
    void Release(uint slot);
}
