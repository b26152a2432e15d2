using DockerMigrator.Native.Tasks;
using DockerMigrator.Protocol.Errors;

namespace DockerMigrator.Memory.Tracking;

/// <summary>Chooses how changed memory is found, by trying.</summary>
public static class DirtyTrackers
{
    /// <summary>The best tracker that works on this host.</summary>
    /// <param name="name">The one to take; null for the best.</param>
    /// <exception cref="MigratorException">The one asked for does not work here.</exception>
    public static IDirtyTracker Create(string? name)
    {
        if (name is null or WriteWatchTracker.TrackerName && CanWatchWrites())
            return new WriteWatchTracker();
        throw new MigratorException(name is null
            ? "Changed memory cannot be found on this host (its kernel is older than 6.7, or not x86-64); move all of it in the freeze by --strategy stop-and-copy."
            : $"The dirty tracker {name} does not work on this host.");
    }

    // A process of our own is watched, and seen to be. Not one that .NET started: its Process takes a traced child's stops for its end.
    private static bool CanWatchWrites()
    {
        using var nothing = File.OpenHandle("/dev/null");
        using var sleeper = DetachedChild.Start(["sleep", "60"], nothing);
        using var watched = WatchedProcess.TryAttach(1, sleeper.Pid);
        return watched?.TakeWritten() is { Count: > 0 };
    }
}
