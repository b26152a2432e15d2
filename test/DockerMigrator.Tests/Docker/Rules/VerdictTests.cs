using DockerMigrator.Docker.Rules;

namespace DockerMigrator.Tests.Docker.Rules;

public sealed class VerdictTests
{
    private static readonly Finding Live = Finding.RefuseLive("CRIU cannot.");
    private static readonly Finding Always = Finding.Refuse("Nobody can.");

    [Fact]
    public void What_only_keeps_a_running_program_from_moving_is_refused_with_the_way_out() =>
        Verdict.Of([Live], restart: false, couldRestart: true).Refusals.Should().HaveCount(2).And.HaveElementAt(0, Live.Sentence).And.Subject.Last().Should().Contain("--mode restart");

    [Fact]
    public void There_is_no_such_hint_where_it_would_not_help()
    {
        Verdict.Of([Live, Always], restart: false, couldRestart: true).Refusals.Should().Equal(Live.Sentence, Always.Sentence);
        Verdict.Of([Live], restart: false, couldRestart: false).Refusals.Should().Equal(Live.Sentence);
        Verdict.Of([], restart: false, couldRestart: true).Refusals.Should().BeEmpty();
    }

    [Fact]
    public void Whatever_starts_anew_does_not_mind()
    {
        var verdict = Verdict.Of([Live, Finding.WarnLive("Hm."), Finding.Warn("Look."), Always], restart: true, couldRestart: true);

        verdict.Refusals.Should().Equal(Always.Sentence);
        verdict.Warnings.Should().Equal("Look.");
    }
}
