using DockerMigrator.Criu.Checkpoint;
using DockerMigrator.Criu.Errors;
using DockerMigrator.Criu.Tasks;

namespace DockerMigrator.Tests.Criu.Checkpoint;

public sealed class RuncCheckpointTests
{
    [Fact]
    public void The_command_leaves_the_container_running_and_names_the_settings()
    {
        var command = RuncCheckpoint.CreateCommand(Request(hasSkipInFlight: true) with { ExtraArguments = ["--lazy-pages"] }, "/w/criu.conf");

        command.Program.Should().Be("runc");
        string.Join(' ', command.Arguments).Should().Be(
            "--root /run/docker/runtime-runc/moby checkpoint --image-path /i --work-path /w --leave-running --tcp-established --ext-unix-sk --file-locks --tcp-skip-in-flight --lazy-pages abc");
        command.Environment["CRIU_CONFIG_FILE"].Should().Be("/w/criu.conf");
    }

    [Fact]
    public void An_older_runc_is_not_given_a_flag_it_does_not_know() =>
        RuncCheckpoint.CreateCommand(Request(hasSkipInFlight: false), "/c").Arguments.Should().NotContain("--tcp-skip-in-flight");

    [Fact]
    public void The_settings_are_one_option_a_line()
    {
        var config = Request(false).Config with { WatchedPaths = ["/app/a \"b\".json", "/bad\nnetwork-lock x"] };

        config.ToText().Should().Be("tcp-established\nskip-in-flight\nnetwork-lock skip\nghost-limit 67108864\nirmap-scan-path \"/app/a \\\"b\\\".json\"\n");
    }

    [Fact]
    public void The_exec_root_of_a_running_daemon_is_understood_in_both_spellings()
    {
        RuncRoots.ParseExecRoot("/usr/sbin/dockerd\0--exec-root=/run/d2\0-H\0fd://\0").Should().Be("/run/d2");
        RuncRoots.ParseExecRoot("dockerd\0--exec-root\0/run/d3\0").Should().Be("/run/d3");
        RuncRoots.ParseExecRoot("dockerd\0-H\0fd://\0").Should().BeNull();
    }

    [Fact]
    public void The_version_of_runc_is_its_third_word()
    {
        RuncBinary.ParseVersion("runc version 1.1.15+ds1\ncommit: 1.1.15+ds1-2+b5\n").Should().Be("1.1.15+ds1");
        RuncBinary.ParseVersion("what").Should().BeNull();
    }

    [Fact]
    public void A_container_is_found_only_while_its_init_lives()
    {
        var root = Directory.CreateTempSubdirectory("runc-root-").FullName;
        try
        {
            var directory = Directory.CreateDirectory(Path.Combine(root, "abc"));
            var state = $$$"""{"id":"abc","init_process_pid":{{{Environment.ProcessId}}},"config":{"mounts":[{"destination":"/proc"},{"destination":"/data"}]}}""";
            File.WriteAllText(Path.Combine(directory.FullName, "state.json"), state);
            RuncContainer.Find("abc", ["/nonexistent", root]).Should().BeEquivalentTo(
                new RuncContainer(root, "abc", Environment.ProcessId, ["/proc", "/data"]));
            File.WriteAllText(Path.Combine(directory.FullName, "state.json"), """{"init_process_pid":4194303}""");
            var gone = () => RuncContainer.Find("abc", [root]);
            gone.Should().Throw<CriuException>();
            File.WriteAllText(Path.Combine(directory.FullName, "state.json"), "{\"init_process_pid\":");
            gone.Should().Throw<CriuException>().WithMessage("*cannot be read*");
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    private static CheckpointRequest Request(bool hasSkipInFlight) => new(
        new RuncBinary("runc", "1.3.6", hasSkipInFlight), new RuncContainer("/run/docker/runtime-runc/moby", "abc", 1, []),
        new FreezerV2("/sys/fs/cgroup/x"), "/i", "/w");
}
