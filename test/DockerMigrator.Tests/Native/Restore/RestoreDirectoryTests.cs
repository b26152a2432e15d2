using DockerMigrator.Native.Restore;

namespace DockerMigrator.Tests.Native.Restore;

public sealed class RestoreDirectoryTests : IDisposable
{
    private readonly string _path = Directory.CreateTempSubdirectory("restore-").FullName;

    private RestoreDirectory Restore => new(_path);

    public void Dispose() => Directory.Delete(_path, recursive: true);

    [Fact]
    public void A_container_without_a_directory_is_an_ordinary_one() =>
        new RestoreDirectory($"{_path}/missing").State.Should().Be(RestoreState.None);

    [Fact]
    public void A_directory_without_outcome_is_a_pending_restore() => Restore.State.Should().Be(RestoreState.Pending);

    [Fact]
    public void A_commit_alone_does_not_end_the_restore()
    {
        Restore.Decision.TryDecide(Decision.Commit);

        Restore.State.Should().Be(RestoreState.Pending);
    }

    [Fact]
    public void An_abort_means_that_the_container_must_not_start()
    {
        Restore.Decision.TryDecide(Decision.Abort);

        Restore.State.Should().Be(RestoreState.Failed);
    }

    [Fact]
    public void After_status_0_the_container_is_an_ordinary_one_again()
    {
        Restore.Decision.TryDecide(Decision.Commit);
        Restore.PublishStatus(new RestoreStatus(0, null));

        Restore.State.Should().Be(RestoreState.Done);
        Restore.ReadStatus().Should().Be(new RestoreStatus(0, null));
    }

    [Fact]
    public void A_failure_keeps_its_sentence()
    {
        Restore.PublishStatus(new RestoreStatus(137, "CRIU was killed."));

        Restore.State.Should().Be(RestoreState.Failed);
        Restore.ReadStatus().Should().Be(new RestoreStatus(137, "CRIU was killed."));
    }

    [Fact]
    public void A_status_that_is_no_number_is_a_failure()
    {
        Restore.Publish(RestoreDirectory.StatusName, "0x");

        Restore.State.Should().Be(RestoreState.Failed);
    }
}
