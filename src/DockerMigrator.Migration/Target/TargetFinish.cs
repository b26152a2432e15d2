using System.Text.Json.Nodes;
using DockerMigrator.Docker.Engine;
using DockerMigrator.Migration.Journals;
using DockerMigrator.Protocol.Errors;

namespace DockerMigrator.Migration.Target;

/// <summary>What remains to be done once the container runs here: its restart policy, and what the restore needed goes.</summary>
public static class TargetFinish
{
    /// <summary>Finishes. Can be repeated after a crash.</summary>
    /// <returns>What did not work, a sentence each.</returns>
    public static async Task<IReadOnlyList<string>> RunAsync(DockerClient docker, Journal journal)
    {
        var warnings = new List<string>();
        var id = journal.Find(JournalSteps.ContainerId)!.Text("id");
        if (journal.Find(JournalSteps.Container)?.Fields["policy"] is JsonObject policy && policy["Name"]?.GetValue<string>() is not ("no" or "" or null))
        {
            try
            {
                await docker.UpdateRestartPolicyAsync(id, policy.DeepClone());
            }
            catch (DockerException e)
            {
                warnings.Add($"The restart policy could not be set ({e.Message}); set it with docker update --restart.");
            }
        }

        try
        {
            RestoreLeftovers.Remove(id);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or MigratorException)
        {
            warnings.Add($"The restore's directory could not be removed: {e.Message}");
        }

        journal.TryAppend(JournalSteps.End);
        return warnings;
    }
}
