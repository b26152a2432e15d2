using DockerMigrator.Memory.Tracking.Hashing;
using DockerMigrator.Memory.Tracking.UserFault;
using DockerMigrator.Native.Ptrace.Injection;
using DockerMigrator.Protocol.Errors;

namespace DockerMigrator.Memory.Tracking;

/// <summary>Chooses how changed memory is found, by trying.</summary>
public static class DirtyTrackers
{
    /// <summary>The best tracker that works on this host.</summary>
    /// <param name="name">The one to take; null for the best.</param>
    /// <param name="helper">Command line of the program that reaches into processes.</param>
    /// <exception cref="MigratorException">The one asked for does not work here.</exception>
    public static IDirtyTracker Create(string? name, IReadOnlyList<string> helper)
    {
        if (name is null or TrackerNames.UserFault && TrackerProbe.Works(TrackerNames.UserFault))
            return new UserFaultTracker(new HelperInjector(helper));
        if (name is null or TrackerNames.Hash)
            return new HashTracker();
        throw new MigratorException($"The kernel of this host cannot track changed memory by {name}; without --tracker the best way that works here is taken.");
    }
}
