using DockerMigrator.Criu.Tasks;
using DockerMigrator.Docker.Containers;
using DockerMigrator.Docker.Engine;
using DockerMigrator.Migration.Journals;
using DockerMigrator.Network.Announcing;
using DockerMigrator.Network.Errors;
using DockerMigrator.Protocol.Errors;

namespace DockerMigrator.Migration.Target;

/// <summary>The commit on this side: the held container is let go, or started, and seen to run.</summary>
public static class TargetCommit
{
    /// <summary>Commits.</summary>
    /// <returns>For how long it has run.</returns>
    /// <exception cref="MigratorException">The container does not run here. The caller must undo before it says so.</exception>
    public static async Task<TimeSpan> RunAsync(TargetMigration migration)
    {
        migration.Journal!.Append(JournalSteps.Committed);
        var since = TimeSpan.Zero;
        if (migration.Plan.Restart)
            since = await TargetStart.StartAsync(migration.Docker, migration.Container!.Id);
        else
            await LetGoAsync(migration);
        migration.Journal.Append(JournalSteps.Running);
        return since;
    }

    private static async Task LetGoAsync(TargetMigration migration)
    {
        var id = migration.Container!.Id;
        var since = DateTimeOffset.UtcNow;
        try
        {
            if (!await migration.Restore!.CommitAsync())
                throw new MigratorException("The restore had been called off before the commit came.");
        }
        catch (DockerException e)
        {
            throw new MigratorException($"{e.Message.TrimEnd('.')}{await LastWords.ReadAsync(migration.Docker, id, since)}.", e);
        }

        var container = await migration.Docker.InspectContainerAsync(id);
        if (!IsRunning(container))
            throw new MigratorException($"The container was restored but ended at once{await LastWords.ReadAsync(migration.Docker, id, since)}.");
        await AnnounceAsync(container);
    }

    private static async Task AnnounceAsync(ContainerInspect container)
    {
        try
        {
            await ContainerAnnouncement.SendAsync(container.Pid);
        }
        catch (NetworkException)
        {
            // Its neighbours find out by themselves, some a second later.
        }
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
