using System.Text.Json.Nodes;
using DockerMigrator.Migration.Journals;
using DockerMigrator.Migration.Source.Mounts;
using DockerMigrator.Protocol.Errors;
using DockerMigrator.Protocol.Messages;

namespace DockerMigrator.Migration.Source;

/// <summary>Makes sure that a volume of which the user says that both hosts share it is the same: a file written here has to be seen there.</summary>
public static class SharedVolumes
{
    /// <summary>Verifies every shared volume.</summary>
    /// <exception cref="MigratorException">One is not shared, or cannot be tried.</exception>
    public static async Task VerifyAsync(SourceContext context, CancellationToken cancelled)
    {
        foreach (var volume in context.Mounts.Shared.DistinctBy(volume => volume.Mount.VolumeName))
            await VerifyAsync(context, volume, cancelled);
    }

    /// <summary>Removes what a migration that was killed meanwhile has left.</summary>
    public static void Undo(Journal journal)
    {
        foreach (var record in journal.Records.Where(record => record.Step == JournalSteps.Probe))
            TryRemove(record.Text("path"));
    }

    private static async Task VerifyAsync(SourceContext context, PlannedMount volume, CancellationToken cancelled)
    {
        var name = ProbeVolume.NewName();
        var path = Path.Combine(volume.ContentPath, name);
        context.Journal!.Append(JournalSteps.Probe, new JsonObject { ["path"] = path });
        try
        {
            await using (new FileStream(path, FileMode.CreateNew, FileAccess.Write))
            {
            }

            var probed = await context.Agent.AskAsync<Probed>(new ProbeVolume(volume.Mount.Destination, name), cancelled);
            if (!probed.IsSeen)
                throw new MigratorException($"Volume {volume.Mount.VolumeName} is not shared: a file that was written in it on {context.HostName} is not to be seen on {context.TargetName}. Leave --volume {volume.Mount.VolumeName}=shared out to have it copied, or say =skip to use the target's as it is.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new MigratorException($"Whether volume {volume.Mount.VolumeName} is shared cannot be tried, as no file can be written in it: {e.Message}", e);
        }
        finally
        {
            TryRemove(path);
        }
    }

    private static void TryRemove(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // An empty file with a telling name is no reason for anything.
        }
    }
}
