using DockerMigrator.Docker.Containers;
using DockerMigrator.Docker.Rules;
using DockerMigrator.Docker.Volumes;

namespace DockerMigrator.Migration.Source.Mounts;

/// <summary>What becomes of each volume and bind mount of a container: decided from what the user said and what there is. Pure.</summary>
/// <param name="Mounts">Every volume and bind mount, in Docker's order.</param>
/// <param name="Findings">What the user should know, or why it cannot be done.</param>
public sealed record MountPlan(IReadOnlyList<PlannedMount> Mounts, IReadOnlyList<Finding> Findings)
{
    /// <summary>Those whose content is copied.</summary>
    public IEnumerable<PlannedMount> Copied => Mounts.Where(mount => mount.Treatment == MountTreatment.Copy);

    /// <summary>Volumes that both hosts share.</summary>
    public IEnumerable<PlannedMount> Shared => Mounts.Where(mount => mount.Treatment == MountTreatment.Shared);

    /// <summary>Other host paths by where they are mounted in the container.</summary>
    public IReadOnlyDictionary<string, string> TargetPaths =>
        Mounts.Where(mount => mount.TargetPath is not null).ToDictionary(mount => mount.Mount.Destination, mount => mount.TargetPath!);

    /// <summary>Whether an anonymous volume's content is not copied, so that the volume must not go with the source's container.</summary>
    public bool KeepsVolumes => Mounts.Any(mount => mount is { Mount.Kind: MountKind.AnonymousVolume, Treatment: not MountTreatment.Copy, Storage: not VolumeStorage.Memory });

    /// <summary>Decides.</summary>
    /// <param name="survey">What the source's engine knows.</param>
    /// <param name="options">What the user asked for.</param>
    /// <param name="kindOf">What lies at a host path.</param>
    public static MountPlan Decide(SourceSurvey survey, MigrateOptions options, Func<string, PathKind> kindOf)
    {
        var all = ContainerMounts.Of(survey.Container);
        var volumes = all.Where(mount => mount.Kind is MountKind.NamedVolume or MountKind.AnonymousVolume).ToList();
        var binds = all.Where(mount => mount.Kind == MountKind.Bind).ToList();
        var findings = new List<Finding>();
        findings.AddRange(UnknownVolumes(survey.Container, volumes, options.Volumes));
        findings.AddRange(UnknownBinds(survey.Container, binds, options.Binds));
        List<PlannedMount> mounts =
        [
            .. volumes.Select(mount => VolumeRules.Decide(survey, mount, options, findings)),
            .. binds.Select(mount => Bind(mount, options, kindOf, findings)),
        ];
        return new MountPlan(mounts, findings);
    }

    /// <summary>What is mounted on the target without having been copied, where the user said so: a sentence each, for people.</summary>
    public IEnumerable<string> Describe(MigrateOptions options)
    {
        foreach (var mount in Mounts.Where(mount => !mount.IsVolume && mount.Treatment == MountTreatment.Skip && options.Binds.Any(choice => Matches(choice, mount.Mount))))
            yield return $"{mount.Mount.Destination} will be the target's own {mount.TargetPath ?? mount.Mount.Source}";
        foreach (var volume in Mounts.Where(mount => mount.IsVolume && options.Volumes.Any(choice => Matches(choice, mount.Mount))))
        {
            if (volume.Treatment == MountTreatment.Skip)
                yield return $"volume {volume.Mount.VolumeName} is not copied";
            else if (volume.Treatment == MountTreatment.Shared)
                yield return $"volume {volume.Mount.VolumeName} is to be shared";
        }
    }

    /// <summary>Whether the user means this volume.</summary>
    internal static bool Matches(VolumeChoice choice, ContainerMount mount) => choice.Name == mount.VolumeName || choice.Name == mount.Destination;

    private static bool Matches(BindChoice choice, ContainerMount mount) => choice.Path is null || choice.Path == mount.Destination || choice.Path == mount.Source;

    private static PlannedMount Bind(ContainerMount mount, MigrateOptions options, Func<string, PathKind> kindOf, List<Finding> findings)
    {
        // What was said of one mount counts more than what was said of all.
        var choices = options.Binds.Where(choice => Matches(choice, mount)).OrderBy(choice => choice.Path is null).ToList();
        var choice = choices.FirstOrDefault();
        if (choice is not null && choices.Find(other => other.Path is null == choice.Path is null && (other.Treatment, other.TargetPath) != (choice.Treatment, choice.TargetPath)) is { } second)
            findings.Add(Finding.Refuse($"Bind mount {mount.Destination} is given twice, and not the same: {choice} and {second}."));
        var (kind, treatment) = (kindOf(mount.Source), choice?.Treatment ?? MountTreatment.Skip);
        if (treatment == MountTreatment.Copy && kind == PathKind.Other)
        {
            if (choice!.Path is not null)
                findings.Add(Finding.Refuse($"{mount.Source}, which is mounted at {mount.Destination}, is neither a file nor a directory, so it cannot be copied ({choice}): leave it out, and the target's own is used."));
            treatment = MountTreatment.Skip;
        }

        return new PlannedMount(mount, treatment, VolumeStorage.HostPath, mount.Source) { IsFile = kind == PathKind.File, TargetPath = choice?.TargetPath };
    }

    private static IEnumerable<Finding> UnknownVolumes(ContainerInspect container, List<ContainerMount> volumes, IReadOnlyList<VolumeChoice> choices)
    {
        foreach (var choice in choices.Where(choice => !volumes.Exists(mount => Matches(choice, mount))))
            yield return Finding.Refuse($"Container {container.Name} has no volume {choice.Name} ({choice}): {List("it has no volumes", "its volumes are", volumes.Select(mount => $"{mount.VolumeName} (at {mount.Destination})"))}.");
    }

    private static IEnumerable<Finding> UnknownBinds(ContainerInspect container, List<ContainerMount> binds, IReadOnlyList<BindChoice> choices)
    {
        foreach (var choice in choices.Where(choice => choice.Path is not null && !binds.Exists(mount => Matches(choice, mount))))
            yield return Finding.Refuse($"Container {container.Name} has no bind mount {choice.Path} ({choice}): {List("it has no bind mounts", "its bind mounts are", binds.Select(mount => $"{mount.Source} (at {mount.Destination})"))}.");
    }

    private static string List(string none, string some, IEnumerable<string> items) =>
        string.Join(", ", items) is { Length: > 0 } list ? $"{some} {list}" : none;
}
