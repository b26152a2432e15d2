using DockerMigrator.Docker.Containers;
using DockerMigrator.Docker.Rules;
using DockerMigrator.Docker.Volumes;

namespace DockerMigrator.Migration.Source.Mounts;

/// <summary>What becomes of a volume.</summary>
internal static class VolumeRules
{
    /// <summary>Decides; what there is to say about it is added to the findings.</summary>
    public static PlannedMount Decide(SourceSurvey survey, ContainerMount mount, MigrateOptions options, List<Finding> findings)
    {
        var volume = survey.Volumes.GetValueOrDefault(mount.VolumeName);
        var storage = volume is null ? VolumeStorage.Directory : VolumeRecipe.StorageOf(volume);
        var choices = options.Volumes.Where(choice => MountPlan.Matches(choice, mount)).ToList();
        var choice = choices.FirstOrDefault();
        if (choices.Find(other => other.Treatment != choice!.Treatment) is { } second)
            findings.Add(Finding.Refuse($"Volume {mount.VolumeName} is given twice, and not the same: {choice} and {second}."));

        var treatment = choice?.Treatment ?? (storage == VolumeStorage.Network ? MountTreatment.Skip : MountTreatment.Copy);
        if (Hindrance(mount, storage, treatment) is { } hindrance)
            findings.Add(Finding.Refuse(hindrance));
        // What is in memory is gone when the container stops, there as here: that is what it was chosen for.
        if (storage == VolumeStorage.Memory && options.Mode == MigrationMode.Restart)
            treatment = MountTreatment.Skip;

        var users = survey.Others.Where(other => other.IsRunning && Uses(other, mount.VolumeName).Any()).ToList();
        var writers = users.Where(user => Uses(user, mount.VolumeName).Any(theirs => theirs.IsWritable)).ToList();
        if (treatment == MountTreatment.Copy)
            findings.AddRange(Users(mount, users, writers, options.Force));
        return new PlannedMount(mount, treatment, storage, (volume is null ? null : VolumeRecipe.HostPathOf(volume)) ?? mount.Source)
        {
            OtherWriters = treatment == MountTreatment.Copy ? [.. writers.Select(writer => writer.Id)] : [],
        };
    }

    private static string? Hindrance(ContainerMount mount, VolumeStorage storage, MountTreatment treatment) => (treatment, storage, mount.Kind) switch
    {
        (MountTreatment.Copy, VolumeStorage.Network, _) =>
            $"The content of volume {mount.VolumeName} is on the network, where the target may see the very same: copying it there could destroy it. Say --volume {mount.VolumeName}=shared if it is the same on both hosts, or =skip.",
        (MountTreatment.Copy, VolumeStorage.Device, _) =>
            $"Volume {mount.VolumeName} is a device that Docker mounts, whose content cannot be copied to the target's: say --volume {mount.VolumeName}=shared if the target has the same storage, or =skip to take what is on the target's device.",
        (MountTreatment.Shared, VolumeStorage.Memory, _) =>
            $"Volume {mount.VolumeName} is in this host's memory (type=tmpfs), so the hosts cannot share it.",
        (MountTreatment.Shared, _, MountKind.AnonymousVolume) =>
            $"The volume at {mount.Destination} is anonymous: the target makes one of its own, so the hosts cannot share it.",
        _ => null,
    };

    private static IEnumerable<Finding> Users(ContainerMount mount, List<ContainerInspect> users, List<ContainerInspect> writers, bool force)
    {
        var names = string.Join(", ", users.Select(user => user.Name));
        var two = $"from the move on there are two volumes {mount.VolumeName}, one on each host";
        if (writers.Count > 0 && !force)
        {
            yield return Finding.Refuse($"Volume {mount.VolumeName} is also used by {names}, which would go on writing while it is copied, and {two}: stop {(users.Count == 1 ? "it" : "them")} first, leave the volume out (--volume {mount.VolumeName}=skip, or =shared), or have {string.Join(", ", writers.Select(writer => writer.Name))} paused while the last changes are copied (--force).");
        }
        else if (users.Count > 0)
        {
            var pause = writers.Count > 0 ? " It is paused while the last changes are copied, so the copy is what a power cut would have left." : "";
            yield return Finding.Warn($"Volume {mount.VolumeName} is also used by {names}, which stays: {two}.{pause}");
        }
    }

    private static IEnumerable<ContainerMount> Uses(ContainerInspect container, string volume) =>
        ContainerMounts.Of(container).Where(mount => mount.VolumeName.Length > 0 && mount.VolumeName == volume);
}
