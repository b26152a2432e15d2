using System.Text.Json.Nodes;
using DockerMigrator.EndToEnd.Clients;
using DockerMigrator.EndToEnd.Harness;

namespace DockerMigrator.EndToEnd.Workloads;

/// <summary>What <c>docker run</c> can give a container has to be there, and to work, after the move.</summary>
[Trait("Area", "Options")]
public sealed class OptionTests(Hosts hosts) : MigrationTest(hosts)
{
    [Fact]
    public async Task A_named_volume_moves_with_its_content_options_and_labels()
    {
        await Source.DockerAsync("volume", "create", "--label", "kept=yes", "data");
        await MoveCounterAsync(
            ["-v", "data:/data"],
            prepare: "echo content >/data/file && mkdir -p /data/a/b && ln -s ../file /data/a/link",
            check: "cat /data/a/link && find /data | sort");
        (await Target.DockerAsync("volume", "inspect", "-f", "{{.Labels.kept}}", "data")).Should().Be("yes");
    }

    [Fact]
    public async Task An_anonymous_volume_moves_with_its_content()
    {
        await MoveCounterAsync(["-v", "/data"], prepare: "echo content >/data/file", check: "cat /data/file");
        (await Source.DockerAsync("volume", "ls", "-q")).Should().BeEmpty("it belonged to the container alone");
    }

    [Fact]
    public Task A_tmpfs_moves_with_its_content() =>
        MoveCounterAsync(
            ["--tmpfs", "/scratch:size=16m,mode=1770", "--shm-size", "8m"],
            prepare: "mkdir /scratch/d && head -c 3000000 /dev/urandom >/scratch/d/file && chown 7:8 /scratch/d/file && echo shared >/dev/shm/file",
            check: "sha256sum /scratch/d/file /dev/shm/file && stat -c '%a %u %g %s %Y' /scratch /scratch/d/file");

    [Fact]
    public Task A_user_and_its_groups_stay() =>
        MoveCounterAsync(["--user", "1234:2345", "--group-add", "3456"], check: "grep -E '^(Uid|Gid|Groups)' /proc/1/status");

    [Fact]
    public Task Capabilities_and_other_bounds_stay() =>
        MoveCounterAsync(
            ["--cap-drop", "ALL", "--cap-add", "NET_BIND_SERVICE", "--security-opt", "no-new-privileges", "--ulimit", "nofile=1000:2000", "--oom-score-adj", "300"],
            check: "grep -E '^(Cap|NoNewPrivs|Seccomp:)' /proc/1/status && grep 'open files' /proc/1/limits && cat /proc/1/oom_score_adj");

    [Fact]
    public Task Limits_of_memory_processors_and_processes_stay() =>
        MoveCounterAsync(
            ["--memory", "64m", "--cpus", "0.5", "--cpu-shares", "512", "--pids-limit", "50"],
            check: "cd /sys/fs/cgroup && cat memory/memory.limit_in_bytes cpu/cpu.cfs_quota_us cpu/cpu.shares pids/pids.max");

    [Fact]
    public async Task A_health_check_goes_on_probing()
    {
        await NumberLog.StartAsync(Source, "counter", "--health-cmd", "date >>/var/tmp/probes", "--health-interval", "500ms");
        await Eventually.IsTrueAsync("it is healthy", async () => await HealthAsync(Source) == "healthy");
        var before = await Source.InspectAsync("counter");

        await MoveAsync("counter");

        await NumberLog.VerifyGoesOnAsync(Target, "counter");
        await Eventually.IsTrueAsync("it is healthy on the target", async () => await HealthAsync(Target) == "healthy");
        var probes = await ProbesAsync();
        await Eventually.IsTrueAsync("it is probed again", async () => await ProbesAsync() > probes);
        await Aftermath.VerifyAsync(Source, Target, before);

        static Task<string> HealthAsync(LabHost host) => host.DockerAsync("inspect", "-f", "{{.State.Health.Status}}", "counter");
        async Task<int> ProbesAsync() => (await Target.DockerAsync("exec", "counter", "cat", "/var/tmp/probes")).Split('\n').Length;
    }

    [Fact]
    public async Task Restart_always_restarts_it_on_the_target_and_only_there()
    {
        await MoveCounterAsync(["--restart", "always"], cycle: false);

        var pid = (await Target.InspectAsync("counter")).Pid;
        await Target.OnAsync("kill", "-9", $"{pid}");
        await Eventually.IsTrueAsync("Docker restarts it", async () => await Target.InspectAsync("counter") is { IsRunning: true } now && now.Pid != pid);
        (await Source.HasContainerAsync("counter")).Should().BeFalse();
        await Target.DockerAsync("stop", "-t", "1", "counter");
        (await Target.InspectAsync("counter")).IsRunning.Should().BeFalse();
    }

    [Fact]
    public async Task Rm_removes_it_when_it_ends_on_the_target()
    {
        await MoveCounterAsync(["--rm", "-v", "/data"], prepare: "echo content >/data/file", check: "cat /data/file", cycle: false);

        await Target.DockerAsync("stop", "-t", "1", "counter");
        await Eventually.IsTrueAsync("it is gone", async () => !await Target.HasContainerAsync("counter"));
        (await Target.DockerAsync("volume", "ls", "-q")).Should().BeEmpty();
    }

    [Fact]
    public Task A_terminal_moves() => MoveCounterAsync(["-t"], check: "stat -c %F /proc/1/fd/0 -L && tty </proc/1/fd/1");

    [Fact]
    public async Task Standard_input_stays_open()
    {
        await Source.StartAsync("reader", "-i", "lab/busybox", "sh", "-c", "n=0; while read line; do n=$((n+1)); echo $n $line; done; echo end");
        await SayAsync(Source, "before");
        await Eventually.IsTrueAsync("it reads", async () => await LogAsync(Source) == "1 before");
        var before = await Source.InspectAsync("reader");

        await MoveAsync("reader");
        await SayAsync(Target, "after");

        await Eventually.IsTrueAsync("it reads on", async () => await LogAsync(Target) == "1 before\n2 after");
        await Aftermath.VerifyAsync(Source, Target, before);

        static Task<string> LogAsync(LabHost host) => host.DockerAsync("logs", "reader");
        static Task SayAsync(LabHost host, string word) => host.ShellAsync($"(echo {word}; sleep 1) | timeout -s KILL 1 docker attach --sig-proxy=false reader || true");
    }

    [Fact]
    public Task A_read_only_root_stays_read_only() =>
        MoveCounterAsync(["--read-only", "--tmpfs", "/tmp"], prepare: "echo x >/tmp/file", check: "cat /tmp/file; touch /file 2>&1 || true");

    [Fact]
    public async Task A_bind_mount_means_the_same_path_on_the_target()
    {
        foreach (var host in new[] { Source, Target })
            await host.ShellAsync($"mkdir -p /srv/shared && echo {host.Name} >/srv/shared/name");

        await MoveCounterAsync(["-v", "/srv/shared:/shared:ro"]);

        (await Target.DockerAsync("exec", "counter", "cat", "/shared/name")).Should().Be(Target.Name);
    }

    [Fact]
    public async Task A_bind_mount_is_copied_when_asked_for()
    {
        await Source.ShellAsync("mkdir -p /srv/own/sub && echo content >/srv/own/sub/file && echo single >/srv/single && chmod 640 /srv/single");

        await MoveCounterAsync(
            ["-v", "/srv/own:/own", "-v", "/srv/single:/single"],
            prepare: "echo more >/own/more",
            check: "cat /own/sub/file /own/more /single && stat -c '%a %U %Y' /own/sub /own/more /single",
            options: ["--bind", "copy"]);

        (await Source.OnAsync("cat", "/srv/own/more")).Should().Be("more", "the source's files stay");
    }

    [Fact]
    public Task Names_labels_and_environment_stay() =>
        MoveCounterAsync(
            ["--label", "tier=front end", "--label", "empty=", "--annotation", "note=ünïcode", "--env", "MODE=a b", "--hostname", "inner", "--domainname", "example.org",
             "--add-host", "other:10.9.8.7", "--dns", "10.1.2.3", "--dns-search", "example.org", "--workdir", "/srv", "--stop-signal", "SIGINT", "--log-opt", "max-size=10m"],
            check: "tr '\\0' '\\n' </proc/1/environ | grep MODE && hostname && readlink /proc/1/cwd && grep other /etc/hosts && cat /etc/resolv.conf");

    [Fact]
    public Task The_local_log_driver_keeps_its_history() => MoveCounterAsync(["--log-driver", "local"]);

    [Fact]
    public async Task A_network_of_its_own_keeps_address_mac_and_aliases()
    {
        foreach (var host in new[] { Source, Target })
            await host.DockerAsync("network", "create", "--subnet", "172.31.5.0/24", "inner");

        await MoveCounterAsync(
            ["--network", "inner", "--ip", "172.31.5.77", "--mac-address", "02:42:ac:1f:05:4d", "--network-alias", "first", "--network-alias", "second"],
            check: "ip -o -4 addr show eth0 | awk '{ print $4 }' && cat /sys/class/net/eth0/address && ip route | sort");

        (await Target.DockerAsync("run", "--rm", "--network", "inner", "lab/busybox", "sh", "-c", "nslookup first 127.0.0.11 | grep -o 172.31.5.77")).Should().Be("172.31.5.77");
    }

    [Fact]
    public async Task A_kept_source_stays_stopped_and_does_not_restart()
    {
        await NumberLog.StartAsync(Source, "counter", "--restart", "always");

        await MoveAsync("counter", "--keep-source");

        await NumberLog.VerifyGoesOnAsync(Target, "counter");
        var kept = await Source.InspectAsync("counter");
        kept.IsRunning.Should().BeFalse();
        kept.RestartPolicy["Name"]!.GetValue<string>().Should().Be("no");
        (await Target.InspectAsync("counter")).RestartPolicy["Name"]!.GetValue<string>().Should().Be("always");
    }

    /// <summary>Moves a counter with these options of <c>docker run</c>; a command must say the same in it on both sides.</summary>
    private async Task<MigrationResult> MoveCounterAsync(string[] run, string prepare = "true", string check = "true", string[]? options = null, bool cycle = true)
    {
        await NumberLog.StartAsync(Source, "counter", run);
        await SayAsync(Source, prepare);
        var said = await SayAsync(Source, check);
        var before = await Source.InspectAsync("counter");

        var result = await MoveAsync("counter", options ?? []);

        (await SayAsync(Target, check)).Should().Be(said);
        await NumberLog.VerifyGoesOnAsync(Target, "counter");
        await Aftermath.VerifyAsync(Source, Target, before);
        if (cycle)
            await Aftermath.VerifyCyclesAsync(Target, "counter");
        return result;
    }

    private static Task<string> SayAsync(LabHost host, string script) => host.DockerAsync("exec", "counter", "sh", "-c", script);
}
