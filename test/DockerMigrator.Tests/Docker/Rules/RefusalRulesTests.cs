using System.Text.Json.Nodes;
using DockerMigrator.Docker.Containers;
using DockerMigrator.Docker.Rules;

namespace DockerMigrator.Tests.Docker.Rules;

public sealed class RefusalRulesTests
{
    private static readonly ContainerInspect Plain = Recorded.Container("multi", "28.5");

    [Theory]
    [InlineData("rich", "20.10")]
    [InlineData("rich", "26.1")]
    [InlineData("rich", "28.5")]
    [InlineData("multi", "28.5")]
    [InlineData("tty", "28.5")]
    [InlineData("noent", "28.5")]
    public void A_container_that_can_move_gives_nothing_to_say(string name, string engine) =>
        RefusalRules.Check(Recorded.Survey(Recorded.Container(name, engine)), keepSource: true).Should().BeEmpty();

    [Theory]
    [InlineData("HostConfig", "Privileged", "true", "privileged")]
    [InlineData("HostConfig", "PidMode", "\"host\"", "--pid host")]
    [InlineData("HostConfig", "PidMode", "\"container:abc\"", "--pid container:abc")]
    [InlineData("HostConfig", "IpcMode", "\"host\"", "--ipc host")]
    [InlineData("HostConfig", "IpcMode", "\"container:abc\"", "--ipc container:abc")]
    [InlineData("HostConfig", "NetworkMode", "\"host\"", "--network host")]
    [InlineData("HostConfig", "NetworkMode", "\"container:abc\"", "--network container:abc")]
    [InlineData("HostConfig", "VolumesFrom", "[\"other:ro\"]", "container other (--volumes-from)")]
    [InlineData("HostConfig", "Links", "[\"/db:/web/alias\"]", "linked to db")]
    [InlineData("HostConfig", "Runtime", "\"kata\"", "runtime kata")]
    [InlineData("HostConfig", "DeviceRequests", "[{\"Driver\":\"\",\"Count\":-1,\"Capabilities\":[[\"gpu\"]]}]", "GPU")]
    [InlineData("HostConfig", "Devices", "[{\"PathOnHost\":\"/dev/fuse\"}]", "/dev/fuse")]
    [InlineData("HostConfig", "Isolation", "\"hyperv\"", "hyperv")]
    [InlineData("Config", "Labels", "{\"com.docker.swarm.task.id\":\"x\"}", "swarm")]
    [InlineData("State", "Paused", "true", "docker unpause multi")]
    [InlineData("State", "Running", "false", "docker start multi")]
    [InlineData("State", "Restarting", "true", "restarting")]
    public void What_cannot_move_is_refused_in_a_sentence_that_tells_why(string part, string field, string value, string words)
    {
        var container = Plain.With(json => json[part]![field] = JsonNode.Parse(value));

        var finding = RefusalRules.Check(Recorded.Survey(container), keepSource: false).Should().ContainSingle().Subject;

        finding.Severity.Should().Be(Severity.Refusal);
        finding.Sentence.Should().Contain(words).And.EndWith(".").And.NotContain("\n");
    }

    [Theory]
    [InlineData("runc")]
    [InlineData("io.containerd.runc.v2")]
    [InlineData("docker-migrator")]
    public void Runtimes_that_are_runc_are_fine(string runtime)
    {
        var container = Plain.With(json => json["HostConfig"]!["Runtime"] = runtime);

        RefusalRules.Check(Recorded.Survey(container), keepSource: false).Should().BeEmpty();
    }

    [Theory]
    [InlineData("PidMode")]
    [InlineData("IpcMode")]
    [InlineData("NetworkMode")]
    public void A_running_container_that_shares_with_this_one_is_named(string mode)
    {
        var other = Recorded.Container("tty", "28.5").With(json => json["HostConfig"]![mode] = "container:" + Plain.Id);
        var survey = Recorded.Survey(Plain);

        RefusalRules.Check(survey with { Others = [other] }, keepSource: false).Should().ContainSingle().Which.Sentence.Should().Contain("stop tty first");
        RefusalRules.Check(survey with { Others = [other.With(json => json["State"]!["Running"] = false)] }, keepSource: false).Should().BeEmpty();
    }

    [Fact]
    public void An_open_exec_session_is_refused_and_a_finished_one_is_not()
    {
        var exec = Recorded.Json("exec-session-28.5");
        var survey = Recorded.Survey(Plain);

        RefusalRules.Check(survey with { Execs = [exec] }, keepSource: false).Should().ContainSingle().Which.Sentence.Should().Contain("sleep 500");
        exec["Running"] = false;
        RefusalRules.Check(survey with { Execs = [exec] }, keepSource: false).Should().BeEmpty();
    }

    [Fact]
    public void A_health_check_that_runs_just_now_is_no_exec_session()
    {
        var container = Recorded.Container("hc", "28.5");
        var probe = Recorded.Json("exec-healthcheck-28.5");

        ExecSession.IsHealthCheck(container, probe).Should().BeTrue();
        ExecSession.IsHealthCheck(container, Recorded.Json("exec-session-28.5")).Should().BeFalse();
        ExecSession.IsHealthCheck(Plain, probe).Should().BeFalse();
        RefusalRules.Check(Recorded.Survey(container) with { Execs = [probe] }, keepSource: false).Should().BeEmpty();
    }

    [Fact]
    public void What_only_CRIU_minds_does_not_keep_a_container_from_being_started_anew()
    {
        var container = Plain.With(json =>
        {
            json["HostConfig"]!["Privileged"] = true;
            json["HostConfig"]!["PidMode"] = "host";
            json["HostConfig"]!["Runtime"] = "kata";
            json["HostConfig"]!["Devices"] = JsonNode.Parse("""[{"PathOnHost":"/dev/fuse"}]""");
        });
        var survey = Recorded.Survey(container) with { Execs = [Recorded.Json("exec-session-28.5")] };

        var live = RefusalRules.Check(survey, keepSource: false);
        var restart = RefusalRules.Check(survey, keepSource: false, restart: true);

        live.Should().HaveCount(5).And.OnlyContain(finding => finding.Severity == Severity.Refusal && finding.OnlyLive);
        Verdict.Of(restart, restart: true, couldRestart: true).Refusals.Should().BeEmpty();
        Verdict.Of(restart, restart: true, couldRestart: true).Warnings.Should().ContainSingle().Which.Should().Contain("exec session");
    }

    [Fact]
    public void A_container_that_docker_removes_when_it_stops_is_never_stopped()
    {
        var container = Plain.With(json => json["HostConfig"]!["AutoRemove"] = true);

        RefusalRules.Check(Recorded.Survey(container), keepSource: false, restart: true)
            .Should().ContainSingle().Which.Should().Match<Finding>(finding => finding.Severity == Severity.Refusal && !finding.OnlyLive && finding.Sentence.Contains("--rm"));
    }

    [Fact]
    public void A_container_that_removes_itself_cannot_be_kept()
    {
        var container = Plain.With(json => json["HostConfig"]!["AutoRemove"] = true);

        RefusalRules.Check(Recorded.Survey(container), keepSource: true).Should().ContainSingle().Which.Sentence.Should().Contain("--keep-source");
        RefusalRules.Check(Recorded.Survey(container), keepSource: false).Should().BeEmpty();
    }
}
