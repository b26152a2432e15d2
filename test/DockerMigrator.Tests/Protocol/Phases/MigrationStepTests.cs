using CsCheck;
using DockerMigrator.Protocol.Phases;

namespace DockerMigrator.Tests.Protocol.Phases;

public sealed class MigrationStepTests
{
    private static readonly Gen<MigrationEvent> Events = Gen.OneOf(
        Gen.Const<MigrationEvent>(new MigrationEvent.Done()),
        Gen.Const<MigrationEvent>(new MigrationEvent.WentWrong(new Failure("no"))),
        Gen.Const<MigrationEvent>(new MigrationEvent.TargetDeclined(new Failure("declined"))));

    [Fact]
    public void Without_a_failure_every_state_follows_the_other_up_to_moved()
    {
        Walk(Enumerable.Repeat<MigrationEvent>(new MigrationEvent.Done(), 20)).Select(state => state.GetType().Name).Should().Equal(
            "Checking", "Preparing", "Copying", "PreCopying", "Freezing", "Dumping", "Restoring", "Committing", "Settling", "Moved");
    }

    [Fact]
    public void After_the_commit_the_source_goes_on_only_if_the_target_declined() =>
        Events.Array[0, 16].Sample(events =>
        {
            var states = Walk(events);
            var committed = states.FindIndex(state => state is MigrationState.Committing);
            if (committed >= 0 && states.Skip(committed).Any(state => state is MigrationState.RollingBack { Thaw: true }))
                events.Take(states.Count).Should().ContainItemsAssignableTo<MigrationEvent.TargetDeclined>();
        });

    [Fact]
    public void A_source_that_may_be_frozen_is_thawed_or_moved_or_in_doubt_in_the_end() =>
        Events.Array[12, 16].Sample(events =>
        {
            var states = Walk(events);
            if (states.Exists(state => state is MigrationState.Freezing) && states[^1].IsFinal)
            {
                var thawed = states.Exists(state => state is MigrationState.RollingBack { Thaw: true });
                (thawed || states[^1] is MigrationState.Moved or MigrationState.InDoubt).Should().BeTrue();
            }
        });

    [Fact]
    public void Nothing_is_undone_when_nothing_was_done() =>
        MigrationStep.Next(new MigrationState.Checking(), new MigrationEvent.WentWrong(new Failure("no")))
            .Should().Be(new MigrationState.Refused(new Failure("no")));

    // Follows the machine through those events that can happen in the state it is in.
    private static List<MigrationState> Walk(IEnumerable<MigrationEvent> events)
    {
        var states = new List<MigrationState> { MigrationStep.Start };
        foreach (var happened in events)
        {
            var state = states[^1];
            if (state.IsFinal)
                break;
            if (happened is MigrationEvent.TargetDeclined && state is not (MigrationState.Committing or MigrationState.Asking))
                continue;
            if (happened is MigrationEvent.WentWrong && state is MigrationState.Settling)
                continue;
            states.Add(MigrationStep.Next(state, happened));
        }

        return states;
    }
}
