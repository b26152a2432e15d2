using System.Text.Json;
using DockerMigrator.Criu.Checkpoint;
using DockerMigrator.Criu.Images;
using DockerMigrator.Criu.Probe;
using DockerMigrator.Criu.Tasks;
using DockerMigrator.Criu.Undumpable;
using DockerMigrator.Docker.Images;
using DockerMigrator.Docker.Json;
using DockerMigrator.Docker.Rules;
using DockerMigrator.Memory.Frozen;
using DockerMigrator.Memory.Serving;
using DockerMigrator.Memory.Sharing;
using DockerMigrator.Memory.Tracking;
using DockerMigrator.Migration.Source.Mounts;
using DockerMigrator.Migration.Wire;
using DockerMigrator.Network.Tcp;
using DockerMigrator.Protocol.Errors;
using DockerMigrator.Protocol.Messages;

namespace DockerMigrator.Migration.Source.Work;

/// <summary>Looks at both hosts and changes nothing. Whatever can be known to fail later is refused here.</summary>
public static class CheckWork
{
    private static readonly TimeSpan ArrivalPoll = TimeSpan.FromMilliseconds(50);

    /// <summary>Performs the phase.</summary>
    public static async Task<string> RunAsync(SourceContext context, CancellationToken cancelled)
    {
        context.Survey = await SourceSurvey.GatherAsync(context.Docker, context.Options.Container, cancelled);
        context.Lock = ContainerLock.Take(context.Container.Id, context.Container.Name);
        await WaitUntilArrivedAsync(context, cancelled);
        context.Mounts = MountPlan.Decide(context.Survey, context.Options, HostPaths.KindOf);
        Judge(context, [.. RefusalRules.Check(context.Survey, context.Options.KeepSource, Restarts(context)), .. context.Mounts.Findings]);
        var memory = Restarts(context) ? 0 : await CheckProcessesAsync(context, cancelled);
        context.Plan = PlanBuilder.Build(context.Survey, context.Mounts, context.Options, memory);
        context.Files = SourceFiles.Open(context);
        context.Plan = context.Plan with { DiskBytes = await context.Files.MeasureAsync(cancelled) };

        context.Agent = new AgentLink(await context.Connector.OpenAsync(cancelled));
        await Greeting.SayHelloAsync(context.Agent, cancelled);
        context.Checked = await context.Agent.AskAsync<Checked>(new CheckTarget(context.Id, context.Plan), cancelled);
        Judge(context,
        [
            .. context.Checked.LiveProblems.Select(problem => Finding.RefuseLive($"On {context.TargetName}: {problem}")),
            .. context.Checked.Problems.Select(problem => Finding.Refuse($"On {context.TargetName}: {problem}")),
        ]);
        CheckTarget(context, await ImageBytesAsync(context, cancelled));
        return string.Join("; ", [$"{context.Container.Name} can move to {context.TargetName}", .. context.Mounts.Describe(context.Options)]);
    }

    // A container that came here a moment ago may have memory that is still being put in place.
    private static async Task WaitUntilArrivedAsync(SourceContext context, CancellationToken cancelled)
    {
        var arrival = LazyDirectory.For(context.Container.Id);
        while (arrival.Judge() is { } state)
        {
            if (state.Phase == LazyPhase.Failed)
                throw new RefusedException([$"The memory of {context.Container.Name} did not arrive here in full: {state.Error}"]);
            await Task.Delay(ArrivalPoll, cancelled);
        }
    }

    // What is dumped; returns how much memory it takes.
    private static async Task<long> CheckProcessesAsync(SourceContext context, CancellationToken cancelled)
    {
        var probe = await HostProbe.RunAsync(cancellationToken: cancelled);
        if (probe.Criu.Problem is { } problem)
            Judge(context, [Finding.RefuseLive(problem)]);
        context.Runc = probe.Runc;
        context.CriuVersion = probe.Criu.Number;
        context.Cgroup = ContainerCgroup.Find(context.Container.Pid, context.Container.Id);
        var tasks = ContainerTasks.Read(context.Container.Pid, context.Cgroup.Freezer);
        var container = RuncContainer.Find(context.Container.Id);
        Judge(context, [.. StoppedTasks.Hanging(tasks, context.Cgroup.Freezer).Select(process => Finding.RefuseLive(StoppedTasks.Describe(process)))]);
        Judge(context, [.. UndumpableRules.Check(ContainerFacts.Read(tasks, container.MountPoints)).Select(AsFinding)]);

        if (context.Options.Strategy == Strategy.PreCopy && CanLeaveMemoryOut(context, probe.Criu))
            context.Memory = new SourceMemory(context, DirtyTrackers.Create(context.Options.Tracker, context.Cgroup.Freezer));
        var estimate = MemoryEstimate.Read(tasks);
        // The processes' own counters know shared memory only as far as they have touched it, which after a move is not at all.
        var memory = estimate.Total + Math.Max(0, SharedMemory.Measure(tasks) - estimate.Shared);
        HostMemory.EnsureAvailable(memory);
        return memory;
    }

    // Of the layers that the target lacks.
    private static async Task<long> ImageBytesAsync(SourceContext context, CancellationToken cancelled)
    {
        if (context.Checked.HasImage)
            return 0;
        var sizes = await LayerSizes.FindAsync(context.Docker, context.Survey.Image, cancelled);
        return sizes.Where(layer => !context.Checked.KnownLayers.Contains(layer.Key)).Sum(layer => layer.Value);
    }

    // If CRIU dumps all memory whatever is done, sending it before would be of no use.
    private static bool CanLeaveMemoryOut(SourceContext context, CriuProbeResult criu)
    {
        context.DumpMethod = criu.TakesPageFilter ? DumpMethod.PageFilter : criu.HasLazyPages ? DumpMethod.LazyPages : DumpMethod.Full;
        if (context.DumpMethod != DumpMethod.Full)
            return true;
        context.Clock.Warn($"CRIU on {context.HostName} takes no page filter and has no lazy pages, so all memory is copied in the freeze.");
        return false;
    }

    private static void CheckTarget(SourceContext context, long imageBytes)
    {
        var target = context.Checked.Inventory.Deserialize(DockerJsonContext.Default.TargetInventory)
            ?? throw new MigratorException($"The agent on {context.TargetName} told nothing about its host.");
        var exportBytes = context.Checked.HasImage || context.Survey.Host.UsesContainerdStore ? 0 : context.Survey.Image.Size;
        Judge(context, TargetRules.Check(context.Survey, target, PlanBuilder.Demands(context.Plan, context.Mounts, imageBytes, exportBytes)));
        if (context.Memory is not null && context.Checked.LazyRestoreProblem is { } lazy)
            context.Clock.Warn($"On {context.TargetName}: {lazy.TrimEnd('.')}. So all memory is read before the container runs there, which takes longer.");
        CriuPair.Check(context.CriuVersion, context.Checked.CriuVersion, context.TargetName);

        // Of a container that is stopped no connection goes along, and no one expects it.
        var addresses = Addresses.Decide(context.Survey, target, Restarts(context) ? [] : TcpSocket.Read(context.Container.Pid));
        context.KeepAddressesOn = addresses.KeptNetworks;
        context.KeepConnections = addresses.Connections.Keep;
        if (!addresses.Connections.Keep)
            context.Clock.Warn(addresses.Connections.Reason);
    }

    private static Finding AsFinding(Hindrance hindrance) =>
        hindrance.Severity == HindranceSeverity.Refusal ? Finding.RefuseLive(hindrance.Message) : Finding.WarnLive(hindrance.Message);

    private static bool Restarts(SourceContext context) => context.Options.Mode == MigrationMode.Restart;

    private static void Judge(SourceContext context, IReadOnlyList<Finding> findings)
    {
        var verdict = Verdict.Of(findings, Restarts(context), couldRestart: !context.Container.AutoRemove);
        foreach (var warning in verdict.Warnings)
            context.Clock.Warn(warning);
        RefusedException.ThrowIfAny(verdict.Refusals);
    }
}
