using DockerMigrator.Runtime.CommandLine;

namespace DockerMigrator.Tests.Runtime.CommandLine;

public sealed class RuncCommandLineTests
{
    [Fact]
    public void The_create_call_of_containerds_shim_is_understood()
    {
        var line = Parse("--root /run/docker/runtime-runc/moby --log /b/log.json --log-format json --systemd-cgroup create --bundle /b --pid-file /b/init.pid --console-socket /tmp/pty.sock abc");

        line.Command.Should().Be("create");
        line.ContainerId.Should().Be("abc");
        line.GlobalArguments.Should().Equal("--root", "/run/docker/runtime-runc/moby", "--log", "/b/log.json", "--log-format", "json", "--systemd-cgroup");
        line.Root.Should().Be("/run/docker/runtime-runc/moby");
        line.Log.Should().Be("/b/log.json");
        line.IsLogJson.Should().BeTrue();
        line.Bundle.Should().Be("/b");
        line.PidFile.Should().Be("/b/init.pid");
        line.ConsoleSocket.Should().Be("/tmp/pty.sock");
        line.NoPivot.Should().BeFalse();
    }

    [Theory]
    [InlineData("--root=/r start abc")]
    [InlineData("-root=/r start abc")]
    [InlineData("-root /r start abc")]
    [InlineData("--root /r --debug start abc")]
    [InlineData("--root /r --debug=true --rootless auto start -- abc")]
    [InlineData("--root /r -- start abc")]
    public void Global_options_come_in_many_forms(string words)
    {
        var line = Parse(words);

        line.Command.Should().Be("start");
        line.ContainerId.Should().Be("abc");
        line.Root.Should().Be("/r");
    }

    [Theory]
    [InlineData("--new-switch create --bundle /b abc")]
    [InlineData("--new-option value create --bundle /b abc")]
    [InlineData("--new-option=value create --bundle /b abc")]
    [InlineData("--new-switch --log /l create --bundle /b abc")]
    public void Options_of_a_later_runc_do_not_hide_the_command(string words)
    {
        var line = Parse(words);

        line.Command.Should().Be("create");
        line.ContainerId.Should().Be("abc");
        line.Bundle.Should().Be("/b");
    }

    [Fact]
    public void Options_may_follow_the_container()
    {
        Parse("delete abc --force").ContainerId.Should().Be("abc");
        Parse("delete --force abc").ContainerId.Should().Be("abc");
        Parse("kill --all abc 9").Operands.Should().Equal("abc", "9");
        Parse("create abc -b /b --no-pivot").Should().BeEquivalentTo(new { Bundle = "/b", NoPivot = true, ContainerId = "abc" });
    }

    [Theory]
    [InlineData("")]
    [InlineData("--version")]
    [InlineData("--root")]
    [InlineData("--root /r --")]
    public void A_call_without_a_command_is_no_error(string words) => Parse(words).Command.Should().BeNull();

    [Theory]
    [InlineData("start ../x")]
    [InlineData("start ..")]
    [InlineData("start a/b")]
    [InlineData("start")]
    public void An_ID_that_could_lead_out_of_the_base_directory_is_none(string words) => Parse(words).ContainerId.Should().BeNull();

    private static RuncCommandLine Parse(string words) => RuncCommandLine.Parse(words.Split(' ', StringSplitOptions.RemoveEmptyEntries));
}
