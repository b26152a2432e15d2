using System.Text.Json.Nodes;
using DockerMigrator.Docker.Engine;
using DockerMigrator.Migration.Journals;

namespace DockerMigrator.Migration.Source;

/// <summary>
/// Other containers that write to volumes which are copied (<c>--force</c>): they stand still during the last pass, so that the copy is of
/// one moment, as a power cut would have left it.
/// </summary>
public static class OtherWriters
{
    /// <summary>Pauses them, each announced in the journal. Those that a user has paused are left alone, now and afterwards.</summary>
    public static async Task PauseAsync(SourceContext context)
    {
        foreach (var id in context.Mounts.Copied.SelectMany(mount => mount.OtherWriters).Distinct())
        {
            var other = await context.Docker.InspectContainerAsync(id, CancellationToken.None);
            if (!other.IsRunning || other.IsPaused)
                continue;
            context.Journal!.Append(JournalSteps.PauseOther, new JsonObject { ["id"] = id });
            await context.Docker.PauseContainerAsync(id, CancellationToken.None);
        }
    }

    /// <summary>Lets them go on, from the journal alone; nothing happens if none was paused or they have gone on already.</summary>
    /// <exception cref="DockerException">Docker does not let one go on.</exception>
    public static async Task GoOnAsync(DockerClient docker, Journal journal)
    {
        if (journal.Has(JournalSteps.OthersGoOn))
            return;
        foreach (var id in journal.Records.Where(record => record.Step == JournalSteps.PauseOther).Select(record => record.Text("id")).ToList())
            await GoOnAsync(docker, id);
        if (journal.Has(JournalSteps.PauseOther))
            journal.TryAppend(JournalSteps.OthersGoOn);
    }

    private static async Task GoOnAsync(DockerClient docker, string id)
    {
        try
        {
            if ((await docker.InspectContainerAsync(id)).IsPaused)
                await docker.UnpauseContainerAsync(id);
        }
        catch (DockerException e) when (e.IsNotFound)
        {
            // Removed meanwhile.
        }
    }
}
