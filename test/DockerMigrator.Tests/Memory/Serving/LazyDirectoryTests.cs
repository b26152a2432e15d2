using DockerMigrator.Memory.Serving;

namespace DockerMigrator.Tests.Memory.Serving;

public sealed class LazyDirectoryTests : IDisposable
{
    private readonly LazyDirectory _directory = LazyDirectory.For($"test-{Guid.NewGuid():N}");

    public void Dispose() => _directory.Remove();

    [Fact]
    public void A_live_server_is_believed()
    {
        using var lease = _directory.Create(LazyDirectory.LeaseName);
        var state = Serving() with { Remaining = 5 };
        _directory.Publish(state);

        _directory.Judge().Should().Be(state);
        LazyDirectory.FindAll().Select(other => other.ContainerId).Should().Contain(_directory.ContainerId);
    }

    [Theory]
    [InlineData(LazyDirectory.LeaseName)]
    [InlineData(LazyDirectory.WorkerLeaseName)]
    public void Keeper_or_worker_is_enough_to_live(string lease)
    {
        _directory.Create(LazyDirectory.LeaseName).Dispose();
        using var held = _directory.Create(lease);
        _directory.Publish(Serving());

        _directory.Judge()!.Phase.Should().Be(LazyPhase.Serving);
    }

    [Fact]
    public void A_server_that_was_killed_is_a_failure()
    {
        _directory.Create(LazyDirectory.LeaseName).Dispose();
        _directory.Publish(Serving());

        var state = _directory.Judge()!;

        state.Phase.Should().Be(LazyPhase.Failed);
        state.Error.Should().Contain("killed");
    }

    [Fact]
    public void A_failure_is_told_as_it_was()
    {
        _directory.Create(LazyDirectory.LeaseName).Dispose();
        var state = Serving() with { Phase = LazyPhase.Failed, Error = "Why." };
        _directory.Publish(state);

        _directory.Judge().Should().Be(state);
    }

    [Fact]
    public void Where_there_is_none_there_is_nothing_to_judge()
    {
        _directory.Judge().Should().BeNull();
        _directory.Remove();
    }

    [Fact]
    public void A_name_that_would_lead_elsewhere_is_refused()
    {
        var act = () => LazyDirectory.For("../x");

        act.Should().Throw<ArgumentException>();
    }

    private LazyState Serving() => new(_directory.ContainerId, 1, LazyPhase.Serving, 10, 10);
}
