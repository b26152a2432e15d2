using DockerMigrator.Criu.Tasks;
using DockerMigrator.Memory.Tracking.Hashes;
using DockerMigrator.Memory.Tracking.SoftDirty;
using DockerMigrator.Memory.Tracking.UserFault;
using DockerMigrator.Native.Ptrace.Injection;
using DockerMigrator.Protocol.Errors;

namespace DockerMigrator.Memory.Tracking;

/// <summary>Makes the tracker for a container.</summary>
public static class DirtyTrackers
{
    private const string HelperProgram = "docker-migrator";

    /// <summary>The tracker that was asked for, else the best that works here.</summary>
    /// <param name="forced">One of <see cref="TrackerNames"/>; null leaves the choice to this.</param>
    /// <param name="freezer">The container's freezer.</param>
    /// <exception cref="MigratorException">There is no such tracker, or it does not work on this host.</exception>
    public static IDirtyTracker Create(string? forced, Freezer freezer)
    {
        if (forced is not null && !TrackerNames.All.Contains(forced))
            throw new MigratorException($"There is no tracker named \"{forced}\": there are {string.Join(", ", TrackerNames.All)}.");
        if (forced is not null && !TrackerProbe.Works(forced))
            throw new MigratorException($"This host's kernel does not support the tracker \"{forced}\".");
        return (forced ?? TrackerNames.All.First(TrackerProbe.Works)) switch
        {
            TrackerNames.UserFault => new UserFaultTracker(CreateInjector()),
            TrackerNames.SoftDirty => new SoftDirtyTracker(freezer, CreateGuard(freezer)),
            _ => new HashTracker(),
        };
    }

    private static IInjector CreateInjector() =>
        FindHelper() is { } path ? new HelperInjector([path, InjectionHelper.CommandName]) : new LocalInjector();

    private static FreezeGuard CreateGuard(Freezer freezer) =>
        new(FindHelper() is { } path ? [path, ThawHelper.CommandName, freezer.CgroupDirectory] : null);

    // docker-migrator is its own helper. Any other program, as a test host, has none.
    private static string? FindHelper() => Environment.ProcessPath is { } path && Path.GetFileName(path) == HelperProgram ? path : null;
}
