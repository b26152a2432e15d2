using DockerMigrator.EndToEnd.Clients;
using DockerMigrator.EndToEnd.Harness;

namespace DockerMigrator.EndToEnd.Workloads;

/// <summary><c>--mode restart</c>: the container is stopped, and started anew on the target with its files.</summary>
[Trait("Area", "Restart")]
public sealed class RestartTests(Hosts hosts) : MigrationTest(hosts)
{
    private static readonly string[] Restart = ["--mode", "restart"];

    [Fact]
    public async Task Redis_that_writes_everything_down_loses_no_increment()
    {
        await Source.StartAsync(
            "redis", "-p", "6379:6379", "-v", "data:/data", "--restart", "always", "lab/redis",
            "redis-server", "--bind", "0.0.0.0", "--protected-mode", "no", "--dir", "/data", "--appendonly", "yes");
        await using var client = IncrementingClient.Start(RedisServer.Port, Source.Address, Target.Address);
        await Eventually.IsTrueAsync("the client counts", () => client.Count > 200);
        var before = await Source.InspectAsync("redis");

        var result = await MoveAsync("redis", Restart);

        await Eventually.IsTrueAsync("the client follows", () => Target.Address.Equals(client.Answering));
        var count = client.Count;
        await Eventually.IsTrueAsync("the client goes on", () => client.Count > count + 200);
        await client.StopAsync();
        TestContext.Current.TestOutputHelper!.WriteLine($"downtime {result.DowntimeMs:0} ms, the client's longest gap {client.LongestGap.TotalMilliseconds:0} ms");
        result.Report["mode"]!.GetValue<string>().Should().Be("restart");
        (await Target.InspectAsync("redis")).HostConfig["Runtime"]!.GetValue<string>().Should().Be("runc");
        await Aftermath.VerifyAsync(Source, Target, before);
    }

    [Theory]
    [InlineData("--privileged")]
    [InlineData("--device", "/dev/fuse")]
    [InlineData("--pid", "host")]
    [InlineData("--network", "host")]
    public async Task What_CRIU_cannot_move_moves_with_a_restart(params string[] options)
    {
        await NumberLog.StartAsync(Source, "counter", options);
        await Source.DockerAsync("exec", "counter", "sh", "-c", "echo content >/var/tmp/file");
        var before = await Source.InspectAsync("counter");

        (await MigrateAsync("counter")).ShouldEndWith(3).Complaints.Should().ContainSingle().Which.Should().Contain("--mode restart");
        await MoveAsync("counter", Restart);

        await NumberLog.VerifyRestartsAsync(Target, "counter", 2);
        (await Target.DockerAsync("exec", "counter", "cat", "/var/tmp/file")).Should().Be("content");
        await Aftermath.VerifyAsync(Source, Target, before);
    }

    [Fact]
    public async Task A_process_that_CRIU_refuses_and_a_session_of_a_user_do_not_keep_it()
    {
        await Source.StartAsync("stopper", "lab/busybox", "sh", "-c", "sleep 1000 & kill -STOP $!; trap 'exit 0' TERM; while :; do usleep 100000; done");
        await Eventually.IsTrueAsync("it has stopped its child", async () => (await Source.DockerAsync("top", "stopper", "-o", "pid,stat")).Contains('T'));
        await Source.DockerAsync("exec", "-d", "stopper", "sleep", "1000");

        (await MigrateAsync("stopper")).ShouldEndWith(3).Complaints.Should().ContainSingle().Which.Should().Contain("--mode restart");
        (await MoveAsync("stopper", Restart)).Warnings.Should().Contain(warning => warning.Contains("exec session"));

        (await Target.InspectAsync("stopper")).IsRunning.Should().BeTrue();
    }

    [Fact]
    public async Task It_is_stopped_by_its_own_signal_and_what_it_writes_then_comes_along()
    {
        await Source.StartAsync(
            "counter", "--stop-signal", "SIGUSR1", "--stop-timeout", "30", "-v", "data:/data", "--restart", "unless-stopped", "lab/busybox", "sh", "-c",
            "trap 'usleep 300000; echo by USR1 | tee /data/stopped >/var/tmp/stopped; exit' USR1; trap 'echo by TERM >/data/stopped' TERM; i=0; while :; do echo $i; i=$((i+1)); usleep 10000; done");
        await NumberLog.WaitForAsync(Source, "counter", 10);

        await MoveAsync("counter", [.. Restart, "--keep-source"]);

        (await Target.DockerAsync("exec", "counter", "cat", "/data/stopped", "/var/tmp/stopped")).Should().Be("by USR1\nby USR1");
        await NumberLog.VerifyRestartsAsync(Target, "counter", 2);
        (await Target.InspectAsync("counter")).RestartPolicy["Name"]!.GetValue<string>().Should().Be("unless-stopped");
        var kept = await Source.InspectAsync("counter");
        (kept.IsRunning, kept.RestartPolicy["Name"]!.GetValue<string>()).Should().Be((false, "no"));
    }

    [Fact]
    public async Task A_container_that_moved_live_moves_back_with_a_restart()
    {
        await NumberLog.StartAsync(Source, "counter", "-v", "data:/data");
        await MoveAsync("counter");
        await NumberLog.VerifyGoesOnAsync(Target, "counter");

        (await RunningMigration.RunAsync(Target, ["counter", Source.Name, "--volume-overwrite", .. Restart])).ShouldEndWith(0);

        await NumberLog.VerifyRestartsAsync(Source, "counter", 2);
        (await Source.InspectAsync("counter")).HostConfig["Runtime"]!.GetValue<string>().Should().Be("runc");
    }

    [Fact]
    public async Task Without_CRIU_and_without_the_runtime_it_moves_with_a_restart()
    {
        foreach (var host in new[] { Source, Target })
            await host.ShellAsync("mv $(command -v criu) /usr/local/criu-away");
        try
        {
            await NumberLog.StartAsync(Source, "counter");
            (await MigrateAsync("counter")).ShouldEndWith(3).Complaints.Should().ContainSingle().Which.Should().Contain("--mode restart");
            await Target.OnAsync("docker-migrator", "host", "remove");

            await MoveAsync("counter", Restart);

            await NumberLog.VerifyRestartsAsync(Target, "counter", 2);
        }
        finally
        {
            foreach (var host in new[] { Source, Target })
                await host.ShellAsync("mv /usr/local/criu-away /usr/sbin/criu; docker-migrator host setup");
        }
    }
}
