using DockerMigrator.Criu.Tasks;
using DockerMigrator.Docker.Containers;
using DockerMigrator.Docker.Engine;
using DockerMigrator.Migration.Journals;
using DockerMigrator.Protocol.Errors;

namespace DockerMigrator.Migration.Target;

/// <summary>The commit on this side: the held container is let go, and seen to run.</summary>
public static class TargetCommit
{
    /// <summary>Commits.</summary>
    /// <exception cref="MigratorException">The container does not run here. The caller must undo before it says so.</exception>
    public static async Task RunAsync(TargetMigration migration)
    {
        migration.Journal!.Append(JournalSteps.Committed);
        if (!await migration.Restore!.CommitAsync())
            throw new MigratorException("The restore had been called off before the commit came.");
        if (!IsRunning(await migration.Docker.InspectContainerAsync(migration.Container!.Id)))
            throw new MigratorException("The container was restored but ended at once.");
        migration.Journal.Append(JournalSteps.Running);
    }

    /// <summary>Whether the container runs, and is not frozen.</summary>
    public static bool IsRunning(ContainerInspect container)
    {
        if (!container.IsRunning || container.IsPaused || container.Pid <= 0)
            return false;
        try
        {
            return !ContainerCgroup.Find(container.Pid, container.Id).Freezer.IsFrozen;
        }
        catch (MigratorException)
        {
            // Its init ended between the two questions.
            return false;
        }
    }
}
