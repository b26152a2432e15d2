using DockerMigrator.Native.UserFaults;

namespace DockerMigrator.Memory.Lazy;

/// <summary>A message of CRIU's to the server of a lazy restore.</summary>
/// <param name="Kind">What it says.</param>
/// <param name="ContainerPid">The process.</param>
/// <param name="Faults">Its faults.</param>
internal readonly record struct RestoreMessage(RestoreMessageKind Kind, int ContainerPid = 0, UserFaultDescriptor? Faults = null)
{
    public static RestoreMessage Zombie => new(RestoreMessageKind.Zombie);

    public static RestoreMessage Finished => new(RestoreMessageKind.Finished);

    public static RestoreMessage End => new(RestoreMessageKind.End);
}
