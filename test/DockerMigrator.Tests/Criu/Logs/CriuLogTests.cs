using DockerMigrator.Criu.Logs;

namespace DockerMigrator.Tests.Criu.Logs;

public sealed class CriuLogTests
{
    [Fact]
    public void The_cause_comes_first_and_what_every_failure_says_is_left_out()
    {
        const string Recorded = """
            (00.000794) ========================================
            (00.000807) Error (criu/util.c:1534): rlimit: Can't setup RLIMIT_NOFILE for self: Operation not permitted
            (00.000825) Running pre-dump scripts
            (00.011798) Warn  (criu/irmap.c:105): irmap: Can't stat /no-such-path: No such file or directory
            (00.011799) Error (criu/fsnotify.c:284): fsnotify: 	Can't dump that handle
            (00.011802) ----------------------------------------
            (00.011810) Error (criu/cr-dump.c:1545): Dump files (pid: 34423) failed with -1
            (00.014000) Error (criu/cr-dump.c:1975): Dumping FAILED.
            """;

        CriuLog.ParseErrors(Recorded).Should().Equal("fsnotify: \tCan't dump that handle");
    }

    [Fact]
    public void Errors_of_children_carry_their_pid_and_repetitions_count_once()
    {
        const string Log = "(00.1)      7: Error (criu/a.c:1): first\n(00.2) Error (criu/b.c:2): second\n(00.3)      8: Error (criu/a.c:1): first\n";

        CriuLog.ParseErrors(Log).Should().Equal("first", "second");
        CriuLog.Quote(CriuLog.ParseErrors(Log)).Should().Be("CRIU says: first; second");
    }

    [Fact]
    public void A_log_with_nothing_but_the_last_words_gives_those() =>
        CriuLog.ParseErrors("(00.1) Error (criu/cr-dump.c:1975): Dumping FAILED.\n").Should().Equal("Dumping FAILED.");

    [Fact]
    public void No_log_has_no_errors() => CriuLog.LastErrors("/nonexistent/dump.log").Should().BeEmpty();
}
