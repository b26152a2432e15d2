using CsCheck;
using DockerMigrator.Protocol.Framing;
using DockerMigrator.Protocol.Messages;
using DockerMigrator.Protocol.Phases;

namespace DockerMigrator.Tests.Protocol.Phases;

public sealed class TargetStepTests
{
    private static readonly Request[] All =
    [
        new Hello("1", 1), new CheckTarget("id", new MigrationPlan { Container = [], Image = [], Volumes = [], Networks = [] }), new ReceiveImage([]),
        new CreateContainer([]), new ProbeVolume("/data", ProbeVolume.NewName(), true), new ReceiveTree(TreeName.Rootfs, true), new ReceiveLog("", 0),
        new PrepareRestore(0, false), new OpenData("", 1), new ReceivePages(0, false, false), new StandBy(), new ReceiveCheckpoint(0),
        new DockerMigrator.Protocol.Messages.Restore(false), new HoldStart(), new Commit(), new Settle(), new Abort(), new AskOutcome("id"),
    ];

    [Fact]
    public void A_container_that_is_started_anew_goes_from_its_files_straight_to_the_commit()
    {
        Request[] course = [All[0], All[1], new CreateContainer([]), new ProbeVolume("/data", ProbeVolume.NewName(), true), new ReceiveTree(TreeName.Rootfs, true), new HoldStart(), new Commit(), new Settle()];

        course.Aggregate(TargetState.Connected, TargetStep.Next).Should().Be(TargetState.Ended);
    }

    [Fact]
    public void Nothing_is_committed_that_was_not_held() => Gen.Int[0, All.Length - 1].Select(index => All[index]).Array[0, 40].Sample(requests =>
    {
        var (state, held) = (TargetState.Connected, false);
        foreach (var request in requests)
        {
            try
            {
                state = TargetStep.Next(state, request);
            }
            catch (FramingException)
            {
                continue;
            }

            held |= state == TargetState.Held;
            if (state == TargetState.Committed)
                held.Should().BeTrue();
        }
    });

    [Theory]
    [InlineData(".docker-migrator-probe-0123456789abcdef0123456789abcdef", true)]
    [InlineData(".docker-migrator-probe-../../../../etc/passwd0123456789a", false)]
    [InlineData(".docker-migrator-probe-", false)]
    [InlineData("/etc/passwd", false)]
    public void The_name_of_a_probe_is_no_path(string name, bool isOne) => ProbeVolume.IsProbeName(name).Should().Be(isOne);
}
