using DockerMigrator.Criu.Tasks;

namespace DockerMigrator.Tests.Criu.Tasks;

public sealed class ThreadActivityTests
{
    private const string Text = "Name:\tdockerd\nUmask:\t0022\nState:\tS (sleeping)\nTgid:\t1\nvoluntary_ctxt_switches:\t40\nnonvoluntary_ctxt_switches:\t2\n";

    [Fact]
    public void State_and_both_counters_are_read() => ThreadActivity.Parse(Text).Should().Be(new ThreadActivity('S', 42));

    [Theory]
    [InlineData('S', true, false)]
    [InlineData('R', false, false)]
    [InlineData('D', false, true)]
    [InlineData('T', false, true)]
    [InlineData('t', false, true)]
    [InlineData('Z', false, false)]
    public void A_state_tells_whether_a_thread_sleeps_or_is_held_up(char state, bool isAsleep, bool isHeldUp)
    {
        var activity = new ThreadActivity(state, 1);
        (activity.IsAsleep, activity.IsHeldUp).Should().Be((isAsleep, isHeldUp));
    }

    [Fact]
    public void A_name_that_looks_like_a_counter_is_a_name() =>
        ThreadActivity.Parse(Text.Replace("dockerd", "ctxt_switches:", StringComparison.Ordinal)).Should().Be(new ThreadActivity('S', 42));

    [Fact]
    public void A_torn_text_is_none()
    {
        for (var length = 0; length < Text.IndexOf("2\n", Text.IndexOf("non", StringComparison.Ordinal), StringComparison.Ordinal); length++)
            ThreadActivity.Parse(Text[..length]).Should().BeNull("only {0} characters are there", length);
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("many")]
    [InlineData("99999999999999999999")]
    public void A_counter_that_is_no_number_is_none(string number) =>
        ThreadActivity.Parse(Text.Replace("40", number, StringComparison.Ordinal)).Should().BeNull();

    [Fact]
    public void A_thread_that_reads_of_itself_runs_and_one_that_sleeps_in_between_has_switched()
    {
        var thread = int.Parse(new FileInfo("/proc/thread-self").LinkTarget!.Split('/')[^1]);
        var before = ThreadActivity.Read(Environment.ProcessId, thread);
        Thread.Sleep(1);
        var after = ThreadActivity.Read(Environment.ProcessId, thread);

        before!.Value.State.Should().Be('R');
        after!.Value.Switches.Should().BeGreaterThan(before.Value.Switches);
    }

    [Fact]
    public void A_thread_that_is_gone_is_none() => ThreadActivity.Read(Environment.ProcessId, 1 << 22).Should().BeNull();
}
