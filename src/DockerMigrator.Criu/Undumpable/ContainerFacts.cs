using DockerMigrator.Criu.Tasks;

namespace DockerMigrator.Criu.Undumpable;

/// <summary>What was read of a container's processes, to be judged by <see cref="UndumpableRules"/>.</summary>
/// <param name="InitPid">The container's init.</param>
/// <param name="Processes">Its processes; zombies hold nothing and are left out.</param>
/// <param name="ConfiguredMounts">Mount points that its configuration asked for: CRIU takes them as given.</param>
public sealed record ContainerFacts(
    int InitPid, IReadOnlyList<ProcessFacts> Processes, IReadOnlyCollection<string> ConfiguredMounts)
{
    /// <summary>Reads the processes.</summary>
    public static ContainerFacts Read(ContainerTasks tasks, IReadOnlyCollection<string> configuredMounts) => new(
        tasks.InitPid, [.. tasks.Processes.Where(process => !process.Status.IsDead).Select(ProcessFacts.Read)], configuredMounts);
}
