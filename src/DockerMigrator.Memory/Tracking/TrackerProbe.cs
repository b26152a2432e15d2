using DockerMigrator.Memory.Tracking.SoftDirty;
using DockerMigrator.Memory.Tracking.UserFault;

namespace DockerMigrator.Memory.Tracking;

/// <summary>Finds out which trackers this host's kernel allows, by trying and never by its version.</summary>
public static class TrackerProbe
{
    /// <summary>Whether the tracker of this name works here.</summary>
    public static bool Works(string name) => name switch
    {
        TrackerNames.UserFault => UserFaultProbe.Works(),
        TrackerNames.SoftDirty => SoftDirtyProbe.Works(),
        TrackerNames.Hash => true,
        _ => false,
    };
}
