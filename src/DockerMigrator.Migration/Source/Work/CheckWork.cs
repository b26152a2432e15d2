using System.Text.Json;
using DockerMigrator.Criu.Checkpoint;
using DockerMigrator.Criu.Images;
using DockerMigrator.Criu.Probe;
using DockerMigrator.Criu.Tasks;
using DockerMigrator.Criu.Undumpable;
using DockerMigrator.Docker.Json;
using DockerMigrator.Docker.Rules;
using DockerMigrator.Memory.Serving;
using DockerMigrator.Memory.Sharing;
using DockerMigrator.Memory.Tracking;
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
        Judge(context, RefusalRules.Check(context.Survey, context.Options.KeepSource));
        await CheckProcessesAsync(context, cancelled);

        context.Agent = new AgentLink(await context.Connector.OpenAsync(cancelled));
        await Greeting.SayHelloAsync(context.Agent, cancelled);
        context.Checked = await context.Agent.AskAsync<Checked>(new CheckTarget(context.Id, context.Plan), cancelled);
        RefusedException.ThrowIfAny([.. context.Checked.Problems.Select(problem => $"On {context.TargetName}: {problem}")]);
        CheckTarget(context);
        return $"{context.Container.Name} can move to {context.TargetName}";
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

    private static async Task CheckProcessesAsync(SourceContext context, CancellationToken cancelled)
    {
        var probe = await HostProbe.RunAsync(cancellationToken: cancelled);
        if (probe.Criu.Problem is { } problem)
            throw new MigratorException(problem);
        context.Runc = probe.Runc;
        context.CriuVersion = probe.Criu.Number;
        context.Cgroup = ContainerCgroup.Find(context.Container.Pid, context.Container.Id);
        var tasks = ContainerTasks.Read(context.Container.Pid, context.Cgroup.Freezer);
        var container = RuncContainer.Find(context.Container.Id);
        Judge(context, [.. StoppedTasks.Hanging(tasks, context.Cgroup.Freezer).Select(process => Finding.Refuse(StoppedTasks.Describe(process)))]);
        Judge(context, [.. UndumpableRules.Check(ContainerFacts.Read(tasks, container.MountPoints)).Select(AsFinding)]);

        if (context.Options.Strategy == Strategy.PreCopy)
            context.Memory = new SourceMemory(context, DirtyTrackers.Create(context.Options.Tracker, context.Cgroup.Freezer));
        var estimate = MemoryEstimate.Read(tasks);
        // The processes' own counters know shared memory only as far as they have touched it, which after a move is not at all.
        var memory = estimate.Total + Math.Max(0, SharedMemory.Measure(tasks) - estimate.Shared);
        HostMemory.EnsureAvailable(memory);
        context.Plan = PlanBuilder.Build(context.Survey, context.Options, memory);
        context.Files = SourceFiles.Open(context);
        context.Plan = context.Plan with { DiskBytes = await context.Files.MeasureAsync(cancelled) };
    }

    private static void CheckTarget(SourceContext context)
    {
        var target = context.Checked.Inventory.Deserialize(DockerJsonContext.Default.TargetInventory)
            ?? throw new MigratorException($"The agent on {context.TargetName} told nothing about its host.");
        Judge(context, TargetRules.Check(context.Survey, target, new TargetDemands
        {
            CopiedBinds = context.Plan.CopiedBinds.Select(bind => bind.Source).ToHashSet(),
            OverwritesVolumes = context.Options.OverwriteVolumes,
            DiskBytes = context.Plan.DiskBytes + (context.Checked.HasImage ? 0 : context.Survey.Image.Size),
            // The images lie in memory until the processes made of them have taken their place.
            MemoryBytes = (context.Plan.MemoryBytes * 2) + (64L << 20),
        }));
        if (context.Memory is not null && context.Checked.LazyRestoreProblem is { } lazy)
            context.Clock.Warn($"On {context.TargetName}: {lazy.TrimEnd('.')}. So all memory is read before the container runs there, which takes longer.");
        CriuPair.Check(context.CriuVersion, context.Checked.CriuVersion, context.TargetName);

        var addresses = Addresses.Decide(context.Survey, target, TcpSocket.Read(context.Container.Pid));
        context.KeepAddressesOn = addresses.KeptNetworks;
        context.KeepConnections = addresses.Connections.Keep;
        if (!addresses.Connections.Keep)
            context.Clock.Warn(addresses.Connections.Reason);
    }

    private static Finding AsFinding(Hindrance hindrance) =>
        hindrance.Severity == HindranceSeverity.Refusal ? Finding.Refuse(hindrance.Message) : Finding.Warn(hindrance.Message);

    private static void Judge(SourceContext context, IReadOnlyList<Finding> findings)
    {
        foreach (var warning in findings.Where(finding => finding.Severity == Severity.Warning))
            context.Clock.Warn(warning.Sentence);
        RefusedException.ThrowIfAny([.. findings.Where(finding => finding.Severity == Severity.Refusal).Select(finding => finding.Sentence)]);
    }
}
