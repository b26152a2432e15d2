using DockerMigrator.Migration.Source;

namespace DockerMigrator.Tests.Migration.Source;

public sealed class RateLimitTests
{
    [Fact]
    public void Whoever_sends_as_fast_as_it_may_waits_for_what_is_too_much()
    {
        var clock = new Clock();
        var limit = new RateLimit(1000, clock);

        limit.Spend(10).Should().Be(TimeSpan.Zero, "that little may be sent ahead");
        limit.Spend(1000).Should().Be(TimeSpan.FromSeconds(1.01));
    }

    [Fact]
    public void Time_in_which_nothing_was_sent_is_not_saved_up()
    {
        var clock = new Clock();
        var limit = new RateLimit(1000, clock);
        limit.Spend(500);
        clock.Now += TimeSpan.FromHours(1);

        limit.Spend(2000).Should().Be(TimeSpan.FromSeconds(2));
    }

    private sealed class Clock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = DateTimeOffset.UnixEpoch;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
