using System.Text.Json.Nodes;
using DockerMigrator.Docker.Volumes;
using DockerMigrator.Migration.Journals;
using DockerMigrator.Migration.Source.Mounts;
using DockerMigrator.Protocol.Errors;
using DockerMigrator.Protocol.Messages;

namespace DockerMigrator.Migration.Source;

/// <summary>
/// Makes sure that a volume of which the user says that both hosts share it is the same: a file written here has to be seen there. And
/// that one which is to be overwritten is not.
/// </summary>
public static class SharedVolumes
{
    /// <summary>Verifies every shared volume, and that nothing is copied onto itself.</summary>
    /// <exception cref="MigratorException">One is not shared, or cannot be tried; or one that is to be overwritten is.</exception>
    public static async Task VerifyAsync(SourceContext context, CancellationToken cancelled)
    {
        foreach (var volume in context.Mounts.Shared.DistinctBy(volume => volume.Mount.VolumeName))
        {
            if (!await IsSameAsync(context, volume, isExpected: true, cancelled))
                throw new MigratorException($"Volume {volume.Mount.VolumeName} is not shared: a file that was written in it on {context.HostName} is not to be seen on {context.TargetName}. Leave --volume {volume.Mount.VolumeName}=shared out to have it copied, or say =skip to use the target's as it is.");
        }

        // What is there already may be overwritten, but not if it is the source itself: on a share that both hosts have mounted.
        foreach (var mount in context.Mounts.Copied.Where(mount => context.Options.OverwriteVolumes && mount is { Storage: VolumeStorage.HostPath, IsFile: false }))
        {
            if (await IsSameAsync(context, mount, isExpected: false, cancelled))
                throw new MigratorException($"{mount.ContentPath} is the same directory on both hosts, so copying it would overwrite it with itself: {(mount.IsVolume ? $"say --volume {mount.Mount.VolumeName}=shared" : $"leave it out by --bind {mount.Mount.Source}=skip")}.");
        }
    }

    /// <summary>Removes what a migration that was killed meanwhile has left.</summary>
    public static void Undo(Journal journal)
    {
        foreach (var record in journal.Records.Where(record => record.Step == JournalSteps.Probe))
            TryRemove(record.Text("path"));
    }

    private static async Task<bool> IsSameAsync(SourceContext context, PlannedMount mount, bool isExpected, CancellationToken cancelled)
    {
        var name = ProbeVolume.NewName();
        var path = Path.Combine(mount.ContentPath, name);
        context.Journal!.Append(JournalSteps.Probe, new JsonObject { ["path"] = path });
        try
        {
            await using (new FileStream(path, FileMode.CreateNew, FileAccess.Write))
            {
            }

            return (await context.Agent.AskAsync<Probed>(new ProbeVolume(mount.Mount.Destination, name, isExpected), cancelled)).IsSeen;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new MigratorException($"Whether {mount.ContentPath} is the same on both hosts cannot be tried, as no file can be written in it: {e.Message}", e);
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
