using DockerMigrator.EndToEnd.Clients;
using DockerMigrator.EndToEnd.Harness;

namespace DockerMigrator.EndToEnd.Memory;

/// <summary>While its memory is being copied the container runs, and may do anything: end, be stopped, become another program.</summary>
[Trait("Area", "Memory")]
public sealed class InterruptedTests(Hosts hosts) : MigrationTest(hosts)
{
    private const string Name = "hog";

    // Its first process takes orders by signals; the memory is a child's, and is still there when the order comes.
    private const string Program = "trap 'exit 7' USR1; trap 'kill $!; wait $!; exec memhog 64 10 --verify' USR2; trap 'exit 0' TERM; memhog 256 10 --verify & while :; do wait $!; done";

    private IReadOnlyList<string> _targetBefore = [];

    [Fact]
    public async Task A_container_that_ends_meanwhile_has_ended_and_stays_where_it_is()
    {
        await using var migration = await StartAsync();
        await Source.DockerAsync("kill", "--signal", "USR1", Name);

        await VerifyItStaysAsync(migration);

        (await Source.DockerAsync("inspect", "-f", "{{.State.Status}} {{.State.ExitCode}}", Name)).Should().Be("exited 7");
    }

    [Fact]
    public async Task A_container_that_docker_restarts_meanwhile_runs_where_it_was()
    {
        await using var migration = await StartAsync("--restart", "always");
        // From outside of Docker, which takes a signal that it sends for a wish that the container end for good.
        await Source.ShellAsync($"kill -USR1 {(await Source.InspectAsync(Name)).Pid}");

        await VerifyItStaysAsync(migration);

        await Eventually.IsTrueAsync("it runs again", async () => (await Source.InspectAsync(Name)).IsRunning);
        (await Source.InspectAsync(Name)).RestartPolicy["Name"]!.GetValue<string>().Should().Be("always");
        await VerifiedMemory.VerifyGoesOnAsync(Source, Name);
        await MoveAsync(Name);
        await VerifiedMemory.VerifyGoesOnAsync(Target, Name);
    }

    [Fact]
    public async Task A_container_that_is_stopped_meanwhile_stays_stopped_where_it_is()
    {
        await using var migration = await StartAsync("--restart", "always");
        await Source.DockerAsync("stop", Name);

        await VerifyItStaysAsync(migration);

        (await Source.InspectAsync(Name)).IsRunning.Should().BeFalse();
        (await Source.InspectAsync(Name)).RestartPolicy["Name"]!.GetValue<string>().Should().Be("always");
        await Source.DockerAsync("start", Name);
        await VerifiedMemory.VerifyGoesOnAsync(Source, Name);
    }

    [Fact]
    public async Task A_container_that_becomes_another_program_meanwhile_moves_as_that_or_stays_as_that()
    {
        await using var migration = await StartAsync();
        await Source.DockerAsync("kill", "--signal", "USR2", Name);

        var result = await migration.EndAsync();

        var (owner, other) = result.ExitCode == 0 ? (Target, Source) : (Source, Target);
        if (result.ExitCode != 0)
        {
            result.ShouldEndWith(4).Complaints.Should().ContainSingle();
            await HostState.ShouldBecomeAsync(Target, _targetBefore);
        }

        await VerifiedMemory.VerifyGoesOnAsync(owner, Name);
        (await owner.DockerAsync("exec", Name, "cat", "/proc/1/comm")).Should().Be("memhog");
        (await other.HasContainerAsync(Name)).Should().BeFalse();
    }

    [Fact]
    public async Task Cancelled_meanwhile_it_stays_and_nobody_waits_for_long()
    {
        await using var migration = await StartAsync();
        await migration.SignalAsync("INT");

        (await migration.EndAsync().WaitAsync(TimeSpan.FromSeconds(30))).ShouldEndWith(130).Warnings.Should().BeEmpty();

        await VerifiedMemory.VerifyGoesOnAsync(Source, Name);
        await HostState.ShouldBecomeAsync(Target, _targetBefore);
    }

    [Fact]
    public async Task With_the_cable_cut_meanwhile_it_stays_and_the_target_cleans_up()
    {
        await using var migration = await StartAsync();
        await Target.CutAsync();
        try
        {
            await VerifiedMemory.VerifyGoesOnAsync(Source, Name);
            await Eventually.IsTrueAsync("the target notices", async () => !await Target.HasContainerAsync(Name), TimeSpan.FromSeconds(40));
        }
        finally
        {
            await Target.MendAsync();
        }

        (await migration.EndAsync()).ShouldEndWith(4).Outcome.Should().Be("rolled-back");
        await VerifiedMemory.VerifyGoesOnAsync(Source, Name);
        await HostState.ShouldBecomeAsync(Target, _targetBefore);
    }

    /// <summary>A migration that copies memory.</summary>
    private async Task<RunningMigration> StartAsync(params string[] options)
    {
        await Source.StartAsync(Name, [.. options, "--entrypoint", "sh", "lab/memhog", "-c", Program]);
        await VerifiedMemory.WaitForAsync(Source, Name, 1);
        _targetBefore = await HostState.CaptureAtRestAsync(Target);
        var migration = RunningMigration.Start(Source, Name, Target.Name, "--bandwidth", "40M");
        await migration.PhaseAsync("copy");
        await Task.Delay(TimeSpan.FromSeconds(2));
        migration.HasEnded("copy").Should().BeTrue();
        migration.HasEnded("pre-copy").Should().BeFalse();
        return migration;
    }

    private async Task VerifyItStaysAsync(RunningMigration migration)
    {
        var result = (await migration.EndAsync()).ShouldEndWith(4);

        result.Outcome.Should().Be("rolled-back");
        result.Complaints.Should().ContainSingle();
        result.Stderr.Should().NotContain("  at ", "nobody wants a stack trace");
        await HostState.ShouldBecomeAsync(Target, _targetBefore);
        (await Target.HasContainerAsync(Name)).Should().BeFalse();
        (await Source.TryOnAsync("docker-migrator", "recover")).ExitCode.Should().Be(0, "nothing is left to be settled");
    }
}
