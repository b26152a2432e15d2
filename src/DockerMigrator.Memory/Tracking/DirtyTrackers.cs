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
        throw new MigratorException(name is null
            ? "Changed memory cannot be found on this host (its kernel is older than 6.7); move all of it in the freeze by --strategy stop-and-copy."
            : $"The dirty tracker {name} does not work on this host.");
    }
}
