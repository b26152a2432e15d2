using DockerMigrator.Criu.Tasks;
using DockerMigrator.Memory.Tracking;
using DockerMigrator.Protocol.Errors;

namespace DockerMigrator.Tests.Memory.Tracking;

public sealed class DirtyTrackersTests
{
    private readonly FreezerV2 _freezer = new("/sys/fs/cgroup/none/such");

    [Fact]
    public void The_best_tracker_that_works_is_taken()
    {
        using var tracker = DirtyTrackers.Create(null, _freezer);

        tracker.Name.Should().Be(TrackerNames.All.First(TrackerProbe.Works));
    }

    [Fact]
    public void The_tracker_asked_for_is_taken()
    {
        using var tracker = DirtyTrackers.Create("hash", _freezer);

        tracker.Name.Should().Be("hash");
    }

    [Fact]
    public void An_unknown_tracker_is_refused_with_the_names_of_the_others()
    {
        var create = () => DirtyTrackers.Create("magic", _freezer);

        create.Should().Throw<MigratorException>().WithMessage("*magic*uffd-wp, soft-dirty, hash*");
    }

    [Fact]
    public void A_tracker_that_does_not_work_here_is_refused()
    {
        Assert.SkipWhen(TrackerProbe.Works("soft-dirty"), "it works here");
        var create = () => DirtyTrackers.Create("soft-dirty", _freezer);

        create.Should().Throw<MigratorException>().WithMessage("*soft-dirty*");
    }
}
