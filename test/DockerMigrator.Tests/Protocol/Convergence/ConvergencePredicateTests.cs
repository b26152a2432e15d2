using CsCheck;
using DockerMigrator.Protocol.Convergence;

namespace DockerMigrator.Tests.Protocol.Convergence;

public sealed class ConvergencePredicateTests
{
    private const double MiB = 1 << 20;

    private static readonly ConvergenceLimits Limits = ConvergenceLimits.Default;

    [Fact]
    public void The_first_scan_is_everything_and_is_always_sent_live() =>
        ConvergencePredicate.Decide(Limits, [], 0).Should().Be(PreCopyDecision.GoOn);

    [Fact]
    public void A_scan_that_takes_scanningdoes_not_make_the_link_a_slow_one()
    {
        var scanning = TimeSpan.FromSeconds(3);
        var sending = TimeSpan.FromMilliseconds(20);
        var rounds = Enumerable.Repeat(new Round((long)(4 * MiB), (long)(4 * MiB), scanning, sending), 5).ToList();

        ConvergencePredicate.Decide(Limits, rounds, (long)(4 * MiB)).Should().Be(PreCopyDecision.Freeze);
        ConvergencePredicate.Decide(Limits, [.. rounds.Select(round => round with { Sending = null })], (long)(4 * MiB)).Should().Be(PreCopyDecision.NotConverging);
    }

    [Fact]
    public void An_idle_container_is_frozen_after_one_round() =>
        Run(resident: 1024 * MiB, working: 0, dirtyRate: 0, linkRate: 300 * MiB).Should().Be((PreCopyDecision.Freeze, 1));

    [Fact]
    public void A_writer_slower_than_the_link_converges_in_a_few_rounds()
    {
        var (decision, rounds) = Run(resident: 1024 * MiB, working: 1024 * MiB, dirtyRate: 50 * MiB, linkRate: 300 * MiB);

        decision.Should().Be(PreCopyDecision.Freeze);
        rounds.Should().BeInRange(2, 5);
    }

    [Fact]
    public void A_small_working_set_fits_the_budget_however_fast_it_is_written() =>
        Run(resident: 4096 * MiB, working: 16 * MiB, dirtyRate: 10_000 * MiB, linkRate: 300 * MiB).Should().Be((PreCopyDecision.Freeze, 2));

    [Fact]
    public void A_writer_faster_than_the_link_is_found_out_soon()
    {
        var (decision, rounds) = Run(resident: 1024 * MiB, working: 1024 * MiB, dirtyRate: 400 * MiB, linkRate: 300 * MiB);

        decision.Should().Be(PreCopyDecision.NotConverging);
        rounds.Should().BeLessThan(8);
    }

    [Fact]
    public void A_slowly_shrinking_rest_is_given_all_rounds_that_the_user_allows()
    {
        // Each round leaves seven tenths of the one before.
        var (decision, rounds) = Run(resident: 64 * 1024 * MiB, working: 64 * 1024 * MiB, dirtyRate: 210 * MiB, linkRate: 300 * MiB, new ConvergenceLimits(TimeSpan.FromMilliseconds(1), 12));

        decision.Should().Be(PreCopyDecision.NotConverging);
        rounds.Should().Be(12);
    }

    [Fact]
    public void A_burst_that_passes_does_not_end_the_rounds()
    {
        // As recorded of a cache that was filled during the second round: dirty MiB of each scan, 300 MiB/s.
        double[] recorded = [512, 90, 400, 120, 36, 11, 5, 4];

        Replay(recorded).Should().Be((PreCopyDecision.Freeze, 7));
    }

    [Fact]
    public void A_rest_that_stays_as_large_as_it_is_ends_them() =>
        Replay([512, 200, 199, 201, 198, 200, 200]).Decision.Should().Be(PreCopyDecision.NotConverging);

    [Fact]
    public void Pages_that_are_written_with_what_they_hold_cost_the_time_to_look_at_them()
    {
        // 200 MiB again and again, looked at in a tenth of a second; the link takes 100 MiB a second.
        Round[] rounds = [Sent(1000, 10), .. Enumerable.Repeat(Equal(200, 0.1), 3)];

        ConvergencePredicate.Decide(Limits, rounds[..1], (long)(200 * MiB)).Should().Be(PreCopyDecision.GoOn, "nobody knows that yet");
        ConvergencePredicate.Decide(Limits, rounds, (long)(200 * MiB)).Should().Be(PreCopyDecision.Freeze);
    }

    [Fact]
    public void Whatever_the_numbers_the_rounds_end_and_a_freeze_keeps_the_budget() =>
        Gen.Double[0, 5000].Array[1, 60].Sample(dirty =>
        {
            var rounds = new List<Round>();
            foreach (var mebibytes in dirty.Append(0))
            {
                var bytes = (long)(mebibytes * MiB);
                var decision = ConvergencePredicate.Decide(Limits, rounds, bytes);
                if (decision == PreCopyDecision.Freeze)
                    ConvergencePredicate.PredictDowntime(rounds, bytes).Should().BeLessThanOrEqualTo(Limits.DowntimeBudget);
                if (decision != PreCopyDecision.GoOn)
                    return;
                rounds.Should().HaveCountLessThan(Limits.MaxRounds);
                rounds.Add(new Round(bytes, bytes, TimeSpan.FromSeconds((mebibytes / 300) + 0.005)));
            }
        });

    private static Round Sent(double mebibytes, double seconds) =>
        new((long)(mebibytes * MiB), (long)(mebibytes * MiB), TimeSpan.FromSeconds(seconds));

    private static Round Equal(double mebibytes, double seconds) =>
        new((long)(mebibytes * MiB), 0, TimeSpan.FromSeconds(seconds)) { EqualBytes = (long)(mebibytes * MiB) };

    // A program that writes to random pages of its working set at this rate, and what the predicate makes of it.
    private static (PreCopyDecision Decision, int Rounds) Run(double resident, double working, double dirtyRate, double linkRate, ConvergenceLimits? limits = null)
    {
        var rounds = new List<Round>();
        var dirty = resident;
        while (true)
        {
            var decision = ConvergencePredicate.Decide(limits ?? Limits, rounds, (long)dirty);
            if (decision != PreCopyDecision.GoOn)
                return (decision, rounds.Count);
            var seconds = (dirty / linkRate) + 0.005;
            rounds.Add(new Round((long)dirty, (long)dirty, TimeSpan.FromSeconds(seconds)));
            dirty = working == 0 ? 0 : working * (1 - Math.Exp(-dirtyRate * seconds / working));
        }
    }

    private static (PreCopyDecision Decision, int Rounds) Replay(double[] scans)
    {
        var rounds = new List<Round>();
        foreach (var mebibytes in scans)
        {
            var bytes = (long)(mebibytes * MiB);
            var decision = ConvergencePredicate.Decide(Limits, rounds, bytes);
            if (decision != PreCopyDecision.GoOn)
                return (decision, rounds.Count);
            rounds.Add(new Round(bytes, bytes, TimeSpan.FromSeconds(mebibytes / 300)));
        }

        return (PreCopyDecision.GoOn, rounds.Count);
    }
}
