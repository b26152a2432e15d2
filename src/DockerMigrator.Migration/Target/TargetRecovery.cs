using DockerMigrator.Docker.Engine;
using DockerMigrator.Memory.Serving;
using DockerMigrator.Migration.Journals;
using DockerMigrator.Native.Restore;
using DockerMigrator.Protocol.Errors;
using DockerMigrator.Protocol.Messages;

namespace DockerMigrator.Migration.Target;

/// <summary>
/// Settles migrations whose agent died on this host: what was not committed is undone, what was is finished. The answer to
/// "what became of it" is final, because a question settles the matter first.
/// </summary>
public static class TargetRecovery
{
    // Journals of containers that came here are kept as long as a source may ask for them.
    private static readonly TimeSpan Keep = TimeSpan.FromDays(30);

    private static readonly TimeSpan BusyLimit = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan BusyPoll = TimeSpan.FromMilliseconds(100);

    /// <summary>Settles every migration that an agent left behind here.</summary>
    /// <returns>What was done, a sentence each.</returns>
    public static async Task<IReadOnlyList<string>> SweepAsync(DockerClient docker)
    {
        var done = new List<string>();
        foreach (var path in JournalDirectory.List("target"))
        {
            using var journal = Journal.TryOpenOrphan(path);
            if (journal is null)
                continue;
            if (!journal.Has(JournalSteps.End))
                done.Add((await SettleAsync(docker, journal)).Sentence);
            if (!IsHere(journal) || DateTime.UtcNow - File.GetLastWriteTimeUtc(path) > Keep)
                File.Delete(path);
        }

        await ForgetArrivalsAsync(docker);
        return done;
    }

    /// <summary>What became of a migration. An agent that is still at it is waited for.</summary>
    /// <exception cref="MigratorException">It is still at it.</exception>
    public static async Task<Outcome> AnswerAsync(DockerClient docker, string migrationId, CancellationToken cancellationToken)
    {
        if (!JournalDirectory.IsId(migrationId))
            throw new MigratorException("The source asked for a migration whose ID is none.");
        var path = JournalDirectory.Target(migrationId);
        var until = Environment.TickCount64 + (long)BusyLimit.TotalMilliseconds;
        while (File.Exists(path))
        {
            using var journal = Journal.TryOpenOrphan(path);
            if (journal is not null)
                return journal.Has(JournalSteps.End) ? Ended(journal) : await SettleAsync(docker, journal);
            if (Environment.TickCount64 > until)
                throw new MigratorException("Another agent here is still at work on that migration.");
            await Task.Delay(BusyPoll, cancellationToken);
        }

        return new Outcome(Runs: false, "The target has nothing of that migration.");
    }

    /// <summary>Settles a migration of this process itself, whose commit went wrong half-way.</summary>
    public static Task SettleOwnAsync(DockerClient docker, Journal journal) => SettleAsync(docker, journal);

    // A failed arrival of memory is told by "status" for as long as its container is there.
    private static async Task ForgetArrivalsAsync(DockerClient docker)
    {
        foreach (var arrival in LazyDirectory.FindAll().Where(arrival => !arrival.IsAlive))
        {
            try
            {
                await docker.InspectContainerAsync(arrival.ContainerId);
            }
            catch (DockerException e) when (e.IsNotFound)
            {
                arrival.Remove();
            }
        }
    }

    private static Outcome Ended(Journal journal) => IsHere(journal)
        ? new Outcome(Runs: true, "The container was handed over.")
        : new Outcome(Runs: false, "The target had called the migration off.");

    private static bool IsHere(Journal journal) => journal.Has(JournalSteps.Committed) && !journal.Has(JournalSteps.Aborted);

    private static async Task<Outcome> SettleAsync(DockerClient docker, Journal journal)
    {
        if (IsHere(journal) && await CameToRunAsync(docker, journal))
        {
            await TargetFinish.RunAsync(docker, journal);
            return new Outcome(Runs: true, $"The container {Name(journal)} was handed over and belongs to this host.");
        }

        await TargetUndo.RunAsync(docker, journal);
        return new Outcome(Runs: false, $"What was left of the unfinished migration of {Name(journal)} is removed from the target.");
    }

    // "Committed" is written before the decision is made, and the container runs only after it. If nobody decided, we
    // decide against it, so that it cannot begin to run after we have said that it does not. Inspecting waits for a start
    // under way.
    private static async Task<bool> CameToRunAsync(DockerClient docker, Journal journal)
    {
        var id = journal.Find(JournalSteps.ContainerId)!.Text("id");
        var directory = RestoreDirectory.For(id);
        if (Directory.Exists(directory.Path) && directory.Decision.TryDecide(Decision.Abort) == Decision.Abort)
            return false;
        if (journal.Has(JournalSteps.Running))
            return true;
        try
        {
            if (journal.Find(JournalSteps.Container)?.Fields["restart"]?.GetValue<bool>() == true)
                return await TargetStart.StaysAsync(docker, id);
            return TargetCommit.IsRunning(await docker.InspectContainerAsync(id));
        }
        catch (DockerException e) when (e.IsNotFound)
        {
            return false;
        }
    }

    private static string Name(Journal journal) => journal.Find(JournalSteps.Container)?.Text("name") ?? "a container";
}
