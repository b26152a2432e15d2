using System.Diagnostics;
using DockerMigrator.EndToEnd.Clients;
using DockerMigrator.EndToEnd.Harness;

namespace DockerMigrator.EndToEnd.Refusals;

/// <summary>It is the container that cannot be moved, or that there is none.</summary>
public sealed class ContainerTests(Hosts hosts) : RefusalTest(hosts)
{
    [Fact]
    public Task An_unknown_container() => RefuseAsync("nosuch", "nosuch");

    [Fact]
    public async Task A_stopped_container()
    {
        await StartAsync();
        await Source.DockerAsync("stop", "-t", "1", "counter");
        await RefuseAsync("counter is not running");
    }

    [Fact]
    public async Task A_paused_container()
    {
        await StartAsync();
        await Source.DockerAsync("pause", "counter");
        await RefuseAsync("counter is paused");
    }

    [Fact]
    public async Task An_ambiguous_prefix()
    {
        // Of seventeen containers two begin with the same digit.
        await Source.ShellAsync("for i in $(seq 17); do docker create --name c$i lab/busybox; done");
        var ids = (await Source.DockerAsync("ps", "-aq")).Split('\n');
        var prefix = ids.GroupBy(id => id[0]).First(group => group.Count() > 1).Key;
        await RefuseAsync($"(?i)ambiguous|multiple|more than one|several", $"{prefix}");
    }

    [Fact]
    public async Task A_container_with_an_exec_session_open()
    {
        await StartAsync();
        await Source.DockerAsync("exec", "-d", "counter", "sleep", "1000");
        await RefuseAsync("docker exec session is open .*sleep 1000");
    }

    [Theory]
    [InlineData("privileged", "--privileged")]
    [InlineData("host's processes", "--pid", "host")]
    [InlineData("host's shared memory", "--ipc", "host")]
    [InlineData("host's network", "--network", "host")]
    public async Task A_container_that_is_not_apart_from_its_host(string sentence, params string[] options)
    {
        await StartAsync(options);
        await RefuseAsync(sentence);
    }

    [Theory]
    [InlineData("--network")]
    [InlineData("--pid")]
    [InlineData("--ipc")]
    public async Task A_container_that_shares_with_another(string option)
    {
        await Source.StartAsync("other", "--ipc", "shareable", "lab/busybox", "sleep", "1000");
        await StartAsync(option, "container:other");
        await RefuseAsync("container:other");
        await RefuseAsync("counter shares", "other");
    }

    [Fact]
    public async Task A_container_with_a_stopped_process()
    {
        await Source.StartAsync("stopper", "lab/busybox", "sh", "-c", "sleep 1000 & kill -STOP $!; while :; do sleep 1; done");
        await RefuseAsync("sleep.*is stopped \\(by SIGSTOP", "stopper");
    }

    [Fact]
    public async Task A_container_with_a_device()
    {
        await StartAsync("--device", "/dev/fuse");
        await RefuseAsync("/dev/fuse");
    }

    [Fact]
    public async Task A_kept_source_that_docker_would_remove()
    {
        await StartAsync("--rm");
        await RefuseAsync("--rm", options: "--keep-source");
    }
}
