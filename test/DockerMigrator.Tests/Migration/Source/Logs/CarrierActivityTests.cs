using DockerMigrator.Criu.Tasks;
using DockerMigrator.Migration.Source.Logs;

namespace DockerMigrator.Tests.Migration.Source.Logs;

public sealed class CarrierActivityTests
{
    [Fact]
    public void All_have_slept_if_all_sleep_and_none_has_run() =>
        Of((1, 'S', 5), (2, 'S', 7)).HasSleptSince(Of((1, 'S', 5), (2, 'S', 7))).Should().BeTrue();

    [Fact]
    public void One_that_has_run_in_between_may_have_had_something_in_its_hands() =>
        Of((1, 'S', 5), (2, 'S', 8)).HasSleptSince(Of((1, 'S', 5), (2, 'S', 7))).Should().BeFalse();

    [Theory]
    [InlineData('R')]
    [InlineData('D')]
    [InlineData('T')]
    public void One_that_does_not_sleep_has_not(char state)
    {
        Of((1, 'S', 5), (2, state, 7)).HasSleptSince(Of((1, 'S', 5), (2, state, 7))).Should().BeFalse();
        Of((1, 'S', 5), (2, 'S', 7)).HasSleptSince(Of((1, 'S', 5), (2, state, 7))).Should().BeFalse("it was awake when it was looked at first");
    }

    [Fact]
    public void A_new_thread_or_one_that_has_ended_has_run()
    {
        Of((1, 'S', 5), (2, 'S', 7)).HasSleptSince(Of((1, 'S', 5))).Should().BeFalse();
        Of((1, 'S', 5)).HasSleptSince(Of((1, 'S', 5), (2, 'S', 7))).Should().BeFalse();
        Of((1, 'S', 5), (3, 'S', 7)).HasSleptSince(Of((1, 'S', 5), (2, 'S', 7))).Should().BeFalse();
    }

    [Fact]
    public void Nothing_is_told_of_processes_that_are_not_known() => Of().HasSleptSince(Of()).Should().BeFalse();

    [Theory]
    [InlineData('S', false)]
    [InlineData('R', false)]
    [InlineData('D', true)]
    [InlineData('t', true)]
    public void One_thread_that_is_held_up_is_enough(char state, bool isHeldUp) =>
        Of((1, 'S', 5), (2, state, 7)).IsHeldUp.Should().Be(isHeldUp);

    [Fact]
    public void Stuck_is_what_does_nothing_but_wait_for_what_holds_it_up()
    {
        Of((1, 'S', 5), (2, 'D', 7)).IsStuckSince(Of((1, 'S', 5), (2, 'D', 7))).Should().BeTrue();
        Of((1, 'R', 5), (2, 'D', 7)).IsStuckSince(Of((1, 'R', 5), (2, 'D', 7))).Should().BeFalse("a thread runs");
        Of((1, 'S', 6), (2, 'D', 7)).IsStuckSince(Of((1, 'S', 5), (2, 'D', 7))).Should().BeFalse("a thread has run");
        Of((1, 'S', 5), (2, 'S', 7)).IsStuckSince(Of((1, 'S', 5), (2, 'S', 7))).Should().BeFalse("all sleep");
    }

    private static CarrierActivity Of(params (int Thread, char State, long Switches)[] threads) =>
        new(threads.ToDictionary(thread => thread.Thread, thread => new ThreadActivity(thread.State, thread.Switches)));
}
