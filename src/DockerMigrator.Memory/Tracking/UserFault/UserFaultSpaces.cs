using DockerMigrator.Criu.Tasks;
using DockerMigrator.Memory.Tracking.Spaces;
using DockerMigrator.Native.Files;
using DockerMigrator.Native.Memory;
using DockerMigrator.Native.Ptrace.Injection;
using DockerMigrator.Native.Tasks;

namespace DockerMigrator.Memory.Tracking.UserFault;

/// <summary>Begins to track address spaces by userfaultfd.</summary>
/// <param name="injector">Gets the descriptors.</param>
/// <param name="isOurs">Whether a descriptor of another process is a copy of one that is in use here.</param>
internal sealed class UserFaultSpaces(IInjector injector, Func<int, int, bool> isOurs)
{
    private const string DescriptorLink = "anon_inode:[userfaultfd]";
    private const int MostThreads = 3;

    /// <summary>The longest that a thread has stood still so far.</summary>
    public TimeSpan LongestStop { get; private set; }

    /// <summary>Begins to track one; null if it cannot be (now).</summary>
    public UserFaultSpace? TryCreate(SpaceIdentity identity)
    {
        if (!TryCloseInherited(identity) || Inject(identity) is not { } descriptor)
            return null;
        var space = new UserFaultSpace(identity, descriptor);
        // Registered by somebody else: the process shares its memory with another one. All of it is left out, since what is
        // not registered yet would be scanned by two.
        if (space.ReadMappings().TrueForAll(mapping => descriptor.Register(mapping.Start, mapping.End) != Errno.EBUSY))
            return space;
        descriptor.Dispose();
        return null;
    }

    private UserFaultDescriptor? Inject(SpaceIdentity identity)
    {
        // Any thread will do; one may be deep in the kernel.
        IEnumerable<int> threads = [identity.Task, .. identity.Process.ThreadIds.Where(thread => thread != identity.Task)];
        foreach (var thread in threads.Take(MostThreads))
        {
            var result = injector.CreateUserFault(thread, out var descriptor);
            LongestStop = result.Stopped > LongestStop ? result.Stopped : LongestStop;
            if (result.Outcome != InjectionOutcome.NotStopped)
                return descriptor;
        }

        return null;
    }

    // A process that another thread forked while its parent had our descriptor for a moment has it still. One with a
    // descriptor of its own uses it, and is to be left alone.
    private bool TryCloseInherited(SpaceIdentity identity)
    {
        foreach (var number in ProcFile.NumericEntries($"/proc/{identity.Task}/fd"))
        {
            if (ProcFile.TryReadLink($"/proc/{identity.Task}/fd/{number}") != DescriptorLink)
                continue;
            if (!isOurs(identity.Task, number) || injector.Close(identity.Task, number).Outcome != InjectionOutcome.Done)
                return false;
        }

        return true;
    }
}
