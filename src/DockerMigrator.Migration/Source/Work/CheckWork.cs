using System.Text.Json;
using DockerMigrator.Criu.Checkpoint;
using DockerMigrator.Criu.Images;
using DockerMigrator.Criu.Probe;
using DockerMigrator.Criu.Tasks;
using DockerMigrator.Criu.Undumpable;
using DockerMigrator.Docker.Json;
using DockerMigrator.Docker.Rules;
using DockerMigrator.FileSync.Drivers;
using DockerMigrator.Migration.Wire;
using DockerMigrator.Network.Tcp;
using DockerMigrator.Protocol.Errors;
using DockerMigrator.Protocol.Messages;

namespace DockerMigrator.Migration.Source.Work;

/// <summary>Looks at both hosts and changes nothing. Whatever can be known to fail later is refused here.</summary>
public static class CheckWork
{
    /// <summary>Performs the phase.</summary>
    public static async Task<string> RunAsync(SourceContext context, CancellationToken cancelled)
    {
        context.Survey = await SourceSurvey.GatherAsync(context.Docker, context.Options.Container, cancelled);
        Judge(context, RefusalRules.Check(context.Survey, context.Options.KeepSource));
        await CheckProcessesAsync(context, cancelled);

        context.Agent = new AgentLink(await context.Connector.OpenAsync(cancelled));
        await Greeting.SayHelloAsync(context.Agent, cancelled);
        context.Checked = await context.Agent.AskAsync<Checked>(new CheckTarget(context.Id, context.Plan), cancelled);
        RefusedException.ThrowIfAny([.. context.Checked.Problems.Select(problem => $"On {context.TargetName}: {problem}")]);
        CheckTarget(context);
        return $"{context.Container.Name} can move to {context.TargetName}";
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
        Judge(context, Undumpables.Find(tasks, container, probe.Criu));

        var memory = MemoryEstimate.Read(tasks).Total;
        HostMemory.EnsureAvailable(memory);
        context.Plan = PlanBuilder.Build(context.Survey, context.Options, DiskUse.Estimate(context.Survey, context.Options), memory);
        // A driver that is not supported shows now and not later.
        _ = StorageDrivers.Detect(ContainerStorages.Of(context.Container, context.Survey.Host.DataRoot));
    }

    private static void CheckTarget(SourceContext context)
    {
        var target = context.Checked.Inventory.Deserialize(DockerJsonContext.Default.TargetInventory)
            ?? throw new MigratorException($"The agent on {context.TargetName} told nothing about its host.");
        Judge(context, TargetRules.Check(context.Survey, target, new TargetDemands
        {
            CopiedBinds = [.. context.Plan.CopiedBinds.Select(bind => bind.Source)],
            OverwritesVolumes = context.Options.OverwriteVolumes,
            DiskBytes = context.Plan.DiskBytes + (context.Checked.HasImage ? 0 : context.Survey.Image.Size),
            // The images lie in memory until the processes made of them have taken their place.
            MemoryBytes = (context.Plan.MemoryBytes * 2) + (64L << 20),
        }));
        CriuPair.Check(context.CriuVersion, context.Checked.CriuVersion, context.TargetName);

        var addresses = Addresses.Decide(context.Survey, target, TcpSocket.Read(context.Container.Pid));
        context.KeepAddressesOn = addresses.KeptNetworks;
        context.KeepConnections = addresses.Connections.Keep;
        if (!addresses.Connections.Keep)
            context.Clock.Warn(addresses.Connections.Reason);
    }

    private static void Judge(SourceContext context, IReadOnlyList<Finding> findings)
    {
        foreach (var warning in findings.Where(finding => finding.Severity == Severity.Warning))
            context.Clock.Warn(warning.Sentence);
        RefusedException.ThrowIfAny([.. findings.Where(finding => finding.Severity == Severity.Refusal).Select(finding => finding.Sentence)]);
    }
}
