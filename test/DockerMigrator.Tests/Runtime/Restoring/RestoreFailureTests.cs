using DockerMigrator.Native.Restore;
using DockerMigrator.Runtime.Restoring;

namespace DockerMigrator.Tests.Runtime.Restoring;

public sealed class RestoreFailureTests : IDisposable
{
    private readonly RestoreDirectory _directory = new(Directory.CreateTempSubdirectory("failure-").FullName);

    public RestoreFailureTests() => Directory.CreateDirectory(_directory.Work);

    public void Dispose() => Directory.Delete(_directory.Path, recursive: true);

    [Theory]
    [InlineData("(00.276165)      1: Error (criu/files-reg.c:2231): File usr/bin/sleep has bad size 1 (expect 2)", "File usr/bin/sleep has bad size 1 (expect 2)")]
    [InlineData("(00.000838) Error (criu/util.c:1534): rlimit: Can't setup RLIMIT_NOFILE for self: Operation not permitted", null)]
    [InlineData("(00.3) Error (criu/cr-restore.c:2300): Restoring FAILED.", null)]
    [InlineData("(00.3) Warn  (criu/x.c:1): something", null)]
    [InlineData("", null)]
    public void Only_the_lines_that_tell_a_cause_count(string line, string? expected) => RestoreFailure.CriuError(line).Should().Be(expected);

    [Fact]
    public void The_last_errors_of_CRIU_make_the_sentence()
    {
        WriteLog(RestoreDirectory.RestoreLogName, "(0.1) Error (a.c:1): one", "(0.2) Error (a.c:2): two", "(0.3) Error (a.c:2): two", "(0.4) Error (a.c:3): three", "(0.5) Error (a.c:4): four.");

        RestoreFailure.Describe(_directory, calledOff: false).Should().Be("CRIU could not restore the container: two; three; four.");
    }

    [Fact]
    public void Where_CRIU_has_not_begun_runc_is_quoted()
    {
        WriteLog("runc.log", """{"level":"warning","msg":"w"}""", """{"level":"error","msg":"exec: \"criu\": executable file not found in $PATH"}""", "garbage");

        RestoreFailure.Describe(_directory, calledOff: false).Should().Be("runc could not restore the container: exec: \"criu\": executable file not found in $PATH.");
    }

    [Fact]
    public void Without_any_log_there_is_a_sentence_all_the_same() =>
        RestoreFailure.Describe(_directory, calledOff: false).Should().Be("runc could not restore the container and did not say why.");

    [Fact]
    public void A_restore_that_was_called_off_says_by_whom()
    {
        RestoreFailure.Describe(_directory, calledOff: true).Should().Contain("the process that conducted it is gone");
        using (RestoreLease.Acquire(_directory.File(RestoreDirectory.LeaseName)))
            RestoreFailure.Describe(_directory, calledOff: true).Should().Be("The migration was called off; the container was not started.");
    }

    private void WriteLog(string name, params string[] lines) => File.WriteAllLines($"{_directory.Work}/{name}", lines);
}
