using DockerMigrator.Native.Restore;

namespace DockerMigrator.Runtime.Restoring;

/// <summary>How every party waits for another one: for files, and never for somebody who is dead.</summary>
internal static class Waiting
{
    // How late the death of another process may be noticed. What one waits for is noticed at once, by inotify.
    private static readonly TimeSpan LeaseInterval = TimeSpan.FromMilliseconds(50);

    /// <summary>
    /// Waits until <paramref name="condition"/> holds. If the agent is found dead meanwhile (or the supervisor, where there is
    /// one by now), an abort is decided, unless there is a decision: so every condition must look at the decision, or at what follows from it.
    /// </summary>
    public static void Until(RestoreDirectory directory, bool supervised, Func<bool> condition)
    {
        using var watch = new DirectoryWatch(directory.Path);
        while (!condition())
        {
            if (!directory.IsLeaseHeld || (supervised && !IsSupervised(directory)))
                directory.Decision.TryDecide(Decision.Abort);
            watch.Wait(LeaseInterval);
        }
    }

    /// <summary>Waits until <paramref name="condition"/> holds, but no longer than this.</summary>
    public static void AtMost(TimeSpan time, RestoreDirectory directory, Func<bool> condition)
    {
        var end = Environment.TickCount64 + (long)time.TotalMilliseconds;
        using var watch = new DirectoryWatch(directory.Path);
        while (!condition() && Environment.TickCount64 < end)
            watch.Wait(LeaseInterval);
    }

    /// <summary>Whether the supervisor of the restore lives.</summary>
    public static bool IsSupervised(RestoreDirectory directory) =>
        RestoreLease.IsHeld(directory.File(RestoreDirectory.SupervisorName));
}
