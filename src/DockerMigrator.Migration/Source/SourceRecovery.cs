using System.Text.Json;
using DockerMigrator.Criu.Images;
using DockerMigrator.Docker.Engine;
using DockerMigrator.Migration.Journals;
using DockerMigrator.Migration.Transport;
using DockerMigrator.Migration.Transport.Tls;
using DockerMigrator.Protocol.Errors;

namespace DockerMigrator.Migration.Source;

/// <summary>
/// Settles migrations whose program died on this host, or ended in doubt: the container goes on here, or is removed
/// because it runs on the target. Where only the target knows and cannot be asked, it stays paused or stopped.
/// </summary>
public static class SourceRecovery
{
    private static readonly TimeSpan AskLimit = TimeSpan.FromSeconds(30);

    /// <summary>Settles every unfinished migration of this host.</summary>
    /// <param name="docker">This host's engine.</param>
    /// <param name="tls">For destinations by TLS.</param>
    /// <param name="tell">Gets a sentence for each migration.</param>
    /// <param name="cancellationToken">Stops between two steps.</param>
    /// <returns>Whether none is left in doubt.</returns>
    public static async Task<bool> RunAsync(DockerClient docker, TlsFiles tls, Action<string> tell, CancellationToken cancellationToken)
    {
        var settled = true;
        foreach (var path in JournalDirectory.List("source"))
        {
            using var journal = Journal.TryOpenOrphan(path);
            if (journal is null)
                continue;
            try
            {
                if (!journal.Has(JournalSteps.End) && journal.Find(JournalSteps.Begin) is not null)
                    tell(await SettleAsync(docker, tls, journal, cancellationToken));
                File.Delete(path);
            }
            catch (Exception e) when (e is MigratorException or JsonException or IOException)
            {
                settled = false;
                tell($"{Name(journal)} could not be settled: {e.Message}");
            }
        }

        // Only memory of dead migrations is left: live ones have locked journals.
        RemoveOrphanedImages();
        return settled;
    }

    private static async Task<string> SettleAsync(DockerClient docker, TlsFiles tls, Journal journal, CancellationToken cancellationToken)
    {
        var begin = journal.Find(JournalSteps.Begin)!;
        var (id, name) = (begin.Text("container"), begin.Text("name"));
        var connector = new Connector(Destination.Parse(begin.Text("destination")), tls);
        var runsThere = journal.Has(JournalSteps.Moved)
            || (journal.Has(JournalSteps.Commit) && await RunsThereAsync(connector, MigrationId(journal), cancellationToken));
        SharedVolumes.Undo(journal);
        if (runsThere)
        {
            await OtherWriters.GoOnAsync(docker, journal);
            await SourceUndo.RemoveAsync(docker, id, Flag(begin, "keepSource"), Flag(begin, "keepVolumes"));
            journal.TryAppend(JournalSteps.End);
            return $"{name} runs on {connector.Destination.Host}; its copy here is gone.";
        }

        await SourceUndo.LetGoOnAsync(docker, id, journal);
        journal.TryAppend(JournalSteps.End);
        return $"{name} goes on here.{await CleanTargetAsync(connector, MigrationId(journal), cancellationToken)}";
    }

    private static async Task<bool> RunsThereAsync(Connector connector, string migrationId, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(AskLimit);
        try
        {
            return (await TargetQuestion.AskAsync(connector, migrationId, limit.Token)).Runs;
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ConnectException($"only {connector.Destination.Host} knows whether it runs there, and it did not answer. The container stays as it is here, paused or stopped; try again when the host can be reached.", e);
        }
    }

    private static async Task<string> CleanTargetAsync(Connector connector, string migrationId, CancellationToken cancellationToken)
    {
        try
        {
            await RunsThereAsync(connector, migrationId, cancellationToken);
            return $" {connector.Destination.Host} is clean.";
        }
        catch (MigratorException e)
        {
            return $" {connector.Destination.Host} could not be asked to clean up ({e.Message}); \"docker-migrator recover\" does it there.";
        }
    }

    private static void RemoveOrphanedImages()
    {
        foreach (var name in ImageMemory.FindAll().Where(name => JournalDirectory.IsId(name) && !File.Exists(JournalDirectory.Source(name))))
            ImageMemory.Remove(name);
    }

    private static bool Flag(JournalRecord record, string field) => record.Fields[field]?.GetValue<bool>() ?? false;

    private static string MigrationId(Journal journal) => Path.GetFileNameWithoutExtension(journal.Path)["source-".Length..];

    private static string Name(Journal journal) => journal.Find(JournalSteps.Begin)?.Fields["name"]?.ToString() ?? "A container";
}
