namespace DockerMigrator.Migration.Reporting;

/// <summary>Whoever watches a migration: a terminal, a log, a test. Calls come one at a time.</summary>
public interface IMigrationObserver
{
    /// <summary>A phase begins.</summary>
    /// <param name="phase">Its name as in the report.</param>
    /// <param name="sentence">What happens in it, for people.</param>
    void PhaseStarted(string phase, string sentence);

    /// <summary>Bytes of bulk data have gone out in the current phase.</summary>
    void Sent(long bytes);

    /// <summary>The phase is over.</summary>
    /// <param name="phase">Its name.</param>
    /// <param name="took">How long it took.</param>
    /// <param name="sentence">What came of it, for people; empty if there is nothing to say.</param>
    void PhaseEnded(string phase, TimeSpan took, string sentence);

    /// <summary>Something the user should know, though the migration goes on.</summary>
    void Warn(string sentence);
}
