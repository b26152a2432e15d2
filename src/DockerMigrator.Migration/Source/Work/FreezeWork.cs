using System.Text.Json.Nodes;
using DockerMigrator.Criu.Errors;
using DockerMigrator.Criu.Tasks;
using DockerMigrator.Docker.Containers;
using DockerMigrator.Migration.Journals;
using DockerMigrator.Network.Locking;

namespace DockerMigrator.Migration.Source.Work;

/// <summary>Stops the container where it is: no instruction runs, no packet comes or goes. The downtime begins here.</summary>
public static class FreezeWork
{
    private const int Attempts = 5;

    private static readonly TimeSpan FreezeLimit = TimeSpan.FromSeconds(10);

    // As long as the longest probe that anybody runs; sessions of people are refused earlier, by the check.
    private static readonly TimeSpan ProbeLimit = TimeSpan.FromSeconds(60);

    /// <summary>Performs the phase.</summary>
    public static async Task<string> RunAsync(SourceContext context, CancellationToken cancelled)
    {
        await SwitchRestartPolicyOffAsync(context, cancelled);
        for (var attempt = 1; ; attempt++)
        {
            await WaitForProbesAsync(context, cancelled);
            Unthrottle(context);
            context.Journal!.Append(JournalSteps.Freeze);
            context.Clock.Frozen();
            // Not cancelled half-way: Docker would pause it after it was told to go on.
            await context.Docker.PauseContainerAsync(context.Container.Id, CancellationToken.None);
            await context.Cgroup.Freezer.WaitUntilFrozenAsync(FreezeLimit, cancelled);
            if (!HasForeign(context))
                break;

            // A health probe slipped in before the pause: CRIU could not dump it, so let it finish.
            await context.Docker.UnpauseContainerAsync(context.Container.Id, CancellationToken.None);
            context.Clock.Thawed();
            if (attempt == Attempts)
                throw new CriuException($"Each of {Attempts} attempts to pause the container hit a running health probe or exec session; CRIU cannot move those. Make the probe's interval longer, or end the sessions.");
        }

        // One that was stopped since the check: found before CRIU hangs on it.
        var stopped = StoppedTasks.Hanging(ContainerTasks.Read(context.Container.Pid, context.Cgroup.Freezer), context.Cgroup.Freezer);
        if (stopped.Count > 0)
            throw new CriuException(StoppedTasks.Describe(stopped[0]));
        await NetworkLock.AcquireAsync(context.Container.Pid);
        await OtherWriters.PauseAsync(context);
        return "";
    }

    /// <summary>
    /// Docker restarts a container whose init dies, also while the daemon starts after a crash of this host: from here on
    /// only this program or "recover" may let the source run.
    /// </summary>
    public static async Task SwitchRestartPolicyOffAsync(SourceContext context, CancellationToken cancelled)
    {
        if (!context.Container.Restarts)
            return;
        context.Journal!.Append(JournalSteps.RestartPolicy, new JsonObject { ["policy"] = context.Container.RestartPolicy.DeepClone() });
        await context.Docker.UpdateRestartPolicyAsync(context.Container.Id, RestartPolicies.None(), cancelled);
    }

    // Before the pause: a process without processor time does not come to where it can be frozen, and runc gives up after a quarter of
    // a second ("unable to freeze"). What it writes in the few milliseconds until then is little.
    private static void Unthrottle(SourceContext context)
    {
        try
        {
            CpuThrottle.Undo(context.Journal!);
        }
        catch (CriuException e)
        {
            context.Clock.Warn($"On {context.HostName}: the container's limit of processor time could not be put back: {e.Message}");
        }
    }

    private static async Task WaitForProbesAsync(SourceContext context, CancellationToken cancelled)
    {
        var until = Environment.TickCount64 + (long)ProbeLimit.TotalMilliseconds;
        context.EnsureRuns();
        while (HasForeign(context))
        {
            context.EnsureRuns();
            if (Environment.TickCount64 > until)
                throw new CriuException($"A process that came into the container from outside (docker exec, or a health probe) still runs after {ProbeLimit.TotalSeconds:0} seconds; CRIU cannot move it. End it first.");
            await Task.Delay(5, cancelled);
        }
    }

    private static bool HasForeign(SourceContext context) =>
        ContainerTasks.Read(context.Container.Pid, context.Cgroup.Freezer).Foreign.Any(process => !process.Status.IsDead);
}
