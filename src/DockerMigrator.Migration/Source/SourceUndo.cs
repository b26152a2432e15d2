using System.Net;
using System.Text.Json.Nodes;
using DockerMigrator.Criu.Checkpoint;
using DockerMigrator.Criu.Errors;
using DockerMigrator.Criu.Tasks;
using DockerMigrator.Docker.Containers;
using DockerMigrator.Docker.Engine;
using DockerMigrator.Migration.Journals;
using DockerMigrator.Native.Ptrace;
using DockerMigrator.Network.Locking;

namespace DockerMigrator.Migration.Source;

/// <summary>The two ways out of a frozen or stopped source: it goes on, or it goes. Used by the migration and by recovery alike.</summary>
public static class SourceUndo
{
    private static readonly TimeSpan DumpLimit = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan FreezeLimit = TimeSpan.FromSeconds(10);

    // A thawed thread stops within a few milliseconds; the container does not wait for one that does not.
    private static readonly TimeSpan RepairLimit = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Lets the container go on at the source: network, pause or stop, restart policy; and others that stand still for its sake. Every
    /// part may be undone already, or never have been done.
    /// </summary>
    /// <exception cref="DockerException">Docker does not let it go on.</exception>
    public static async Task LetGoOnAsync(DockerClient docker, string containerId, Journal journal)
    {
        if (journal.Has(JournalSteps.Freeze))
        {
            var container = await docker.InspectContainerAsync(containerId);
            if (container.IsRunning && container.Pid > 0)
            {
                await OrphanedDump.WaitUntilEndedAsync(containerId, container.Pid, DumpLimit);
                await NetworkLock.ReleaseAsync(container.Pid);
                if (container.IsPaused)
                {
                    await FreezeAgainAsync(container);
                    await ThawAsync(docker, container.Pid, containerId);
                }
            }
        }

        if (journal.Has(JournalSteps.Stop))
            await StartAgainAsync(docker, containerId);
        await OtherWriters.GoOnAsync(docker, journal);
        if (journal.Find(JournalSteps.RestartPolicy)?.Fields["policy"] is JsonObject policy)
            await docker.UpdateRestartPolicyAsync(containerId, policy.DeepClone());
        // Last, as it is the least: a container that runs slowly runs.
        CpuThrottle.Undo(journal);
    }

    // Docker may still be at stopping it, which it goes on with when whoever asked for it is dead: a container that has been told to end
    // is not one that goes on, though it still runs. Stopping it once more waits for that.
    private static async Task StartAgainAsync(DockerClient docker, string containerId)
    {
        try
        {
            await docker.StopContainerAsync(containerId);
        }
        catch (DockerException e) when (!e.IsNotFound)
        {
            // What Docker cannot stop runs, and to start it is no mistake.
        }

        await docker.StartContainerAsync(containerId);
    }

    // A dump that was killed leaves the freezer open, though Docker calls the container paused; runc resumes only what is frozen.
    private static async Task FreezeAgainAsync(ContainerInspect container)
    {
        var freezer = ContainerCgroup.Find(container.Pid, container.Id).Freezer;
        if (freezer.IsFrozen)
            return;
        freezer.Freeze();
        await freezer.WaitUntilFrozenAsync(FreezeLimit);
    }

    /// <summary>
    /// Ends the source's frozen copy after the target has taken over: every process is dead before the cgroup thaws, so that
    /// not one of its instructions runs here any more.
    /// </summary>
    /// <param name="docker">This host's engine.</param>
    /// <param name="containerId">The container.</param>
    /// <param name="keep">Keep it, stopped, instead of removing it.</param>
    /// <param name="keepVolumes">Keep its anonymous volumes, as their content was not copied.</param>
    public static async Task RemoveAsync(DockerClient docker, string containerId, bool keep, bool keepVolumes)
    {
        try
        {
            var container = await docker.InspectContainerAsync(containerId);
            if (container.IsPaused)
            {
                ContainerCgroup.Find(container.Pid, containerId).Freezer.KillAllFrozen();
                await UnpauseDeadAsync(docker, containerId);
            }

            if (keep)
                await docker.WaitContainerAsync(containerId);
            else
                await docker.RemoveContainerAsync(containerId, force: true, volumes: !keepVolumes);
        }
        catch (DockerException e) when (e.IsNotFound)
        {
            // Gone already: a container with --rm goes by itself when its processes die.
        }
    }

    // If a dump was made, CRIU has broken off every wait with a time limit: that is put right before anything runs.
    private static async Task ThawAsync(DockerClient docker, int init, string containerId)
    {
        using var threads = HeldThreads.Hold(FindInterrupted(init, containerId));
        await docker.UnpauseContainerAsync(containerId);
        threads.Release(RepairLimit);
    }

    private static IReadOnlyList<int> FindInterrupted(int init, string containerId)
    {
        try
        {
            return InterruptedThreads.Find(ContainerCgroup.Find(init, containerId).Freezer);
        }
        catch (CriuException)
        {
            // It ended in between; whatever comes of that, nothing may keep the container from going on.
            return [];
        }
    }

    // With the unified hierarchy the processes are dead before the thaw, and Docker may have noticed by now.
    private static async Task UnpauseDeadAsync(DockerClient docker, string containerId)
    {
        try
        {
            await docker.UnpauseContainerAsync(containerId);
        }
        catch (DockerException e) when (e.IsNotFound || e.StatusCode is HttpStatusCode.Conflict or HttpStatusCode.InternalServerError)
        {
            // Not paused, or not running any more: that is what was wanted.
        }
    }
}
