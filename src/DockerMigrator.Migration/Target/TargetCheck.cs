using System.Text.Json;
using System.Text.Json.Nodes;
using DockerMigrator.Criu.Probe;
using DockerMigrator.Docker.Engine;
using DockerMigrator.Docker.Images;
using DockerMigrator.Docker.Json;
using DockerMigrator.Docker.Rules;
using DockerMigrator.FileSync.Drivers;
using DockerMigrator.Memory.Serving;
using DockerMigrator.Migration.Journals;
using DockerMigrator.Native.Restore;
using DockerMigrator.Protocol.Errors;
using DockerMigrator.Protocol.Framing;
using DockerMigrator.Protocol.Messages;

namespace DockerMigrator.Migration.Target;

/// <summary>Looks at this host for a container that wants to come, and changes nothing.</summary>
public static class TargetCheck
{
    /// <summary>Performs <see cref="CheckTarget"/>.</summary>
    public static async Task<(TargetMigration Migration, Checked Reply)> RunAsync(CheckTarget request, DockerClient docker, CancellationToken cancellationToken)
    {
        if (!JournalDirectory.IsId(request.MigrationId))
            throw new FramingException("The source gave its migration an ID that is none.");
        var inventory = await TargetInventory.GatherAsync(docker, new TargetQuery(request.Plan.Container, request.Plan.Image), cancellationToken);
        var lazy = request.Plan.Restart ? Task.FromResult<string?>(null) : LazyRestoreProbe.RunAsync(cancellationToken: cancellationToken);
        var (criuVersion, liveProblems) = request.Plan.Restart ? (null, []) : await ProbeAsync(cancellationToken);
        var migration = new TargetMigration
        {
            Id = request.MigrationId,
            Plan = request.Plan,
            Host = inventory.Host,
            Docker = docker,
            CriuVersion = CriuProbe.ParseNumber(criuVersion ?? "") ?? new Version(0, 0),
            Image = inventory.Image,
        };
        var facts = JsonSerializer.SerializeToNode(inventory, DockerJsonContext.Default.TargetInventory) as JsonObject ?? [];
        IReadOnlyList<string> problems = [.. OccupiedBinds(request.Plan), .. VolumePaths.Missing(request.Plan, Path.Exists), .. StorageProblems(inventory)];
        return (migration, new Checked(facts, inventory.Image is not null, inventory.FreeImageNames, criuVersion, problems)
        {
            LiveProblems = liveProblems,
            LazyRestoreProblem = RemapProblem(migration) ?? await lazy,
            KnownLayers = inventory.Image is null ? [.. (await LayerStock.TakeAsync(docker, migration.OriginalImage.Layers, cancellationToken)).Known] : [],
        });
    }

    // Of a user namespace of its own, a process's userfaultfd gets no news of forks and moves.
    private static string? RemapProblem(TargetMigration migration) =>
        migration.Host.RemapsUsers && migration.Original.HostConfig.Text("UsernsMode") != "host"
            ? "Docker remaps user IDs (userns-remap), and the kernel does not let memory arrive later for such a container."
            : null;

    private static async Task<(string? CriuVersion, List<string> Problems)> ProbeAsync(CancellationToken cancellationToken)
    {
        try
        {
            var probe = await HostProbe.RunAsync(cancellationToken: cancellationToken);
            return (probe.Criu.Version, probe.Criu.Problem is { } problem ? [problem] : []);
        }
        catch (MigratorException e)
        {
            return (null, [e.Message]);
        }
    }

    private static IEnumerable<string> StorageProblems(TargetInventory inventory)
    {
        if (StorageDrivers.WritingProblem(inventory.Host.StorageDriver) is { } problem)
            yield return problem;
    }

    // A copy mirrors its source, so what is there already would be lost.
    private static IEnumerable<string> OccupiedBinds(MigrationPlan plan) =>
        from bind in plan.CopiedBinds.Concat(VolumePaths.Copied(plan))
        where !plan.OverwriteVolumes && (File.Exists(bind.Source) || (Directory.Exists(bind.Source) && Directory.EnumerateFileSystemEntries(bind.Source).Any()))
        select $"{bind.Source}, whose content is to be copied here, exists already: remove it, or let it be overwritten by --volume-overwrite.";
}
