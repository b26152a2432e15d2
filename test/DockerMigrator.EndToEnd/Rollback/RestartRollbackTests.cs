using DockerMigrator.EndToEnd.Clients;
using DockerMigrator.EndToEnd.Harness;

namespace DockerMigrator.EndToEnd.Rollback;

/// <summary>A move with a restart that fails: the container is started again where it was, and never runs twice.</summary>
[Trait("Area", "Restart")]
public sealed class RestartRollbackTests(Hosts hosts) : RollbackTest(hosts)
{
    private static readonly string[] Words = ["--mode", "restart"];

    private int[] _starts = [2];

    public override async ValueTask DisposeAsync()
    {
        await Target.MendAsync();
        await base.DisposeAsync();
    }

    protected override Task VerifyGoesOnAsync() => NumberLog.VerifyRestartsAsync(Source, "counter", _starts);

    [Fact]
    public async Task A_port_that_is_taken_meanwhile_starts_it_again_on_the_source()
    {
        await StartWithGateAsync("-p", "7777:80");
        await using var migration = Start();
        await migration.PhaseAsync("sync");
        await using (BackgroundCommand.Start(Target, "nc", "-lk", "7777"))
        {
            await Eventually.IsTrueAsync("it listens", async () => (await Target.OnAsync("ss", "-ltn")).Contains(":7777 ", StringComparison.Ordinal));
            await OpenGateAsync();
            var result = (await migration.EndAsync()).ShouldEndWith(4);
            result.Complaints.Should().ContainSingle().Which.Should().MatchRegex("7777.*started again on");
        }

        await CloseGateAsync();
        await VerifyNothingHappenedAsync();
    }

    [Fact]
    public async Task A_program_that_ends_at_once_on_the_target_is_started_again_on_the_source()
    {
        foreach (var host in new[] { Source, Target })
            await host.OnAsync("mkdir", "-p", "/srv/place");
        await Source.OnAsync("touch", "/srv/place/works");
        await Source.StartAsync(
            "counter", "-v", "/srv/place:/place", "-v", "data:/data", "--restart", "always", "lab/busybox", "sh", "-c", $"test -e /place/works || {{ echo nothing works here; exit 3; }}; {NumberLog.Script}");
        await NumberLog.WaitForAsync(Source, "counter", 10);
        await RememberAsync();

        var result = (await MigrateAsync("counter", Words)).ShouldEndWith(4);

        result.Complaints.Should().ContainSingle().Which.Should().Contain("exit code 3; it said: ").And.Contain("nothing works here").And.Contain("started again");
        await VerifyNothingHappenedAsync();
    }

    [Fact]
    public async Task Cancelled_while_it_stops_it_is_started_again()
    {
        _starts = [1, 2];
        await StartWithGateAsync();
        await using var migration = Start();
        await migration.PhaseAsync("sync");
        await migration.SignalAsync("INT");
        await OpenGateAsync();

        (await migration.EndAsync()).ShouldEndWith(130).Outcome.Should().Be("cancelled");

        await CloseGateAsync();
        await VerifyNothingHappenedAsync();
    }

    [Theory]
    [InlineData("prepare")]
    [InlineData("sync")]
    [InlineData("stop")]
    [InlineData("last-pass")]
    public async Task When_the_agent_is_killed_it_goes_on_on_the_source(string phase)
    {
        // After these phases the kill may come before the stop, or after.
        if (phase is "prepare" or "sync")
            _starts = [1, 2];
        await StartAsync(megabytes: 1);
        await using var migration = Start();
        await migration.PhaseAsync(phase);
        await KillAgentAsync();

        var result = await migration.EndAsync();

        // What comes after is quick: the kill may come when everything is done but for the tidying.
        if (result.ExitCode == 0)
        {
            (await RunsAsync(Source), await RunsAsync(Target)).Should().Be((false, true));
            return;
        }

        result.ShouldEndWith(4);
        await VerifyNothingHappenedAsync();
    }

    [Fact]
    public async Task When_the_cable_is_cut_between_stop_and_start_exactly_one_runs()
    {
        await StartAsync(megabytes: 1);
        await using var migration = Start();
        await migration.PhaseAsync("stop");
        await Target.CutAsync();
        var end = migration.EndAsync();
        var both = false;
        await Eventually.IsTrueAsync(
            "one of both sides has made up its mind",
            async () =>
            {
                // In this order: a container that moved on between the two questions is not seen twice.
                var (there, here) = (await RunsAsync(Target), await RunsAsync(Source));
                both |= here && there;
                return end.IsCompleted || here || there;
            },
            TimeSpan.FromSeconds(90));
        both.Should().BeFalse("never do two run");
        await Target.MendAsync();
        var result = await end;

        // It was cut before the commit went out, or after.
        result.ExitCode.Should().BeOneOf(0, 4);
        var (source, target) = (await RunsAsync(Source), await RunsAsync(Target));
        (source, target).Should().Be((result.ExitCode == 4, result.ExitCode == 0));
        if (source)
            await VerifyNothingHappenedAsync();
    }

    [Theory]
    [InlineData("sync")]
    [InlineData("stop")]
    [InlineData("last-pass")]
    [InlineData("hold")]
    [InlineData("commit")]
    public async Task When_the_command_is_killed_recovery_leaves_exactly_one(string phase)
    {
        await StartAsync(megabytes: 1);
        await using (var migration = Start())
        {
            await migration.PhaseAsync(phase);
            await migration.SignalAsync("KILL");
            await migration.EndAsync();
        }

        await VerifyExactlyOneAsync();
    }

    [Fact]
    public async Task Another_container_that_was_paused_for_it_goes_on_after_recovery()
    {
        await StartAsync(megabytes: 1);
        await Source.StartAsync("other", "-v", "data:/data", "lab/busybox", "sh", "-c", NumberLog.Script);
        await using (var migration = RunningMigration.Start(Source, ["counter", Target.Name, "--force", .. Words]))
        {
            await migration.PhaseAsync("stop");
            await migration.SignalAsync("KILL");
            await migration.EndAsync();
        }

        await VerifyExactlyOneAsync();
        (await Source.InspectAsync("other")).IsPaused.Should().BeFalse();
        await NumberLog.VerifyGoesOnAsync(Source, "other");
    }

    [Fact]
    public async Task When_both_sides_are_killed_recovery_leaves_exactly_one()
    {
        await StartAsync(megabytes: 1);
        await using var migration = Start();
        await migration.PhaseAsync("hold");
        await Task.WhenAll(migration.SignalAsync("KILL"), Target.TryOnAsync("bash", "-c", "kill -KILL $(pgrep -xf '(/usr/local/bin/)?docker-migrator agent --stdio')"));
        await migration.EndAsync();

        await VerifyExactlyOneAsync();
    }

    /// <summary>A container that, told to end, does so when the gate is open.</summary>
    private async Task StartWithGateAsync(params string[] options)
    {
        foreach (var host in new[] { Source, Target })
            await host.OnAsync("mkdir", "-p", "/srv/gate");
        const string Patient = "trap 'while [ ! -e /gate/open ]; do usleep 50000; done; exit' TERM";
        await Source.StartAsync(
            "counter", ["-v", "/srv/gate:/gate", "-v", "data:/data", "--restart", "always", "--stop-timeout", "60", .. options,
                "lab/busybox", "sh", "-c", NumberLog.Script.Replace("trap exit TERM", Patient, StringComparison.Ordinal)]);
        await NumberLog.WaitForAsync(Source, "counter", 10);
        await RememberAsync();
    }

    private Task OpenGateAsync() => Source.OnAsync("touch", "/srv/gate/open");

    private Task CloseGateAsync() => Source.OnAsync("rm", "/srv/gate/open");

    private async Task VerifyExactlyOneAsync()
    {
        var recovery = await Source.TryOnAsync("docker-migrator", "recover");

        recovery.ExitCode.Should().Be(0, recovery.Stderr);
        var (here, there) = (await RunsAsync(Source), await RunsAsync(Target));
        (here ^ there).Should().BeTrue("exactly one runs (source {0}, target {1}); recovery said: {2}", here, there, recovery.Stderr);
        var owner = here ? Source : Target;
        (await owner.InspectAsync("counter")).RestartPolicy["Name"]!.GetValue<string>().Should().Be("always");
        (await owner.DockerAsync("exec", "counter", "stat", "-c", "%s", "/data/file")).Should().Be("1000000");
        if (!here)
            await Eventually.IsTrueAsync("the other is gone", async () => !await Source.HasContainerAsync("counter"));
        else
            await Eventually.IsTrueAsync("the target is clean", async () => !await Target.HasContainerAsync("counter"));
    }

    private RunningMigration Start() => RunningMigration.Start(Source, ["counter", Target.Name, .. Words]);

    private static async Task<bool> RunsAsync(LabHost host) =>
        (await host.DockerAsync("ps", "-a", "--filter", "name=^counter$", "--format", "{{.State}}")) == "running";
}
