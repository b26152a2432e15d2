using System.Globalization;
using System.Text.Json.Nodes;
using DockerMigrator.Docker.Containers;
using DockerMigrator.Docker.Engine;
using DockerMigrator.Docker.Json;
using DockerMigrator.Memory.Serving;
using DockerMigrator.Migration.Journals;
using DockerMigrator.Native.Restore;
using DockerMigrator.Protocol.Errors;

namespace DockerMigrator.Migration.Target;

/// <summary>
/// Takes back everything that a migration made on this host, from its journal alone: the same for a rollback and for what
/// a killed agent left behind.
/// </summary>
public static class TargetUndo
{
    /// <summary>Undoes, newest first.</summary>
    /// <returns>What could not be removed, a sentence each.</returns>
    /// <exception cref="MigratorException">
    /// The container could not be made sure not to run: nothing may be said about the outcome yet.
    /// </exception>
    public static async Task<IReadOnlyList<string>> RunAsync(DockerClient docker, Journal journal)
    {
        var leftovers = new List<string>();
        await RemoveContainerAsync(docker, journal);
        journal.TryAppend(JournalSteps.Aborted);
        foreach (var record in journal.Records.Reverse().ToList())
        {
            try
            {
                await UndoAsync(docker, record);
            }
            catch (Exception e) when (e is MigratorException or IOException or UnauthorizedAccessException)
            {
                leftovers.Add(e.Message);
            }
        }

        journal.TryAppend(JournalSteps.End);
        return leftovers;
    }

    private static async Task UndoAsync(DockerClient docker, JournalRecord record)
    {
        switch (record.Step)
        {
            case JournalSteps.ContainerId:
                RestoreLeftovers.Remove(record.Text("id"));
                await EndLazyServerAsync(record.Text("id"));
                break;
            case JournalSteps.Bind:
                BindSource.Remove(record.Text("path"));
                break;
            case JournalSteps.Volume:
                await docker.RemoveVolumeAsync(record.Text("name"));
                break;
            case JournalSteps.Image:
                foreach (var reference in record.Fields["references"] as JsonArray ?? [])
                    await docker.RemoveImageAsync(reference!.GetValue<string>());
                break;
        }
    }

    // It notices by itself that nothing is restored any more.
    private static async Task EndLazyServerAsync(string containerId)
    {
        var server = LazyDirectory.For(containerId);
        for (var wait = 0; wait < 200 && server.IsAlive; wait++)
            await Task.Delay(10);
        server.Remove();
    }

    private static async Task RemoveContainerAsync(DockerClient docker, Journal journal)
    {
        if (journal.Find(JournalSteps.ContainerId) is { } created)
        {
            var id = created.Text("id");
            var directory = RestoreDirectory.For(id);
            // Whoever holds the container before its first instruction lets go of it without running it.
            if (Directory.Exists(directory.Path))
                directory.Decision.TryDecide(Decision.Abort);
            await docker.RemoveContainerAsync(id, force: true, volumes: true);
        }
        else if (journal.Find(JournalSteps.Container) is { } announced && await FindNeverStartedAsync(docker, announced) is { } container)
        {
            await docker.RemoveContainerAsync(container.Id, force: true, volumes: true);
        }
    }

    // A crash between "about to create" and "created" leaves only the name; the check had found it free. What was created after the
    // announcement and never started is ours.
    private static async Task<ContainerInspect?> FindNeverStartedAsync(DockerClient docker, JournalRecord announced)
    {
        var name = announced.Text("name");
        try
        {
            var container = await docker.InspectContainerAsync(name);
            return container.Name == name && container.Status == "created" && IsLater(container.Json.Text("Created"), announced.Text("at")) ? container : null;
        }
        catch (DockerException e) when (e.IsNotFound)
        {
            return null;
        }
    }

    private static bool IsLater(string created, string announced) =>
        DateTimeOffset.TryParse(created, CultureInfo.InvariantCulture, DateTimeStyles.None, out var then)
        && DateTimeOffset.TryParse(announced, CultureInfo.InvariantCulture, DateTimeStyles.None, out var before)
        && then >= before;
}
