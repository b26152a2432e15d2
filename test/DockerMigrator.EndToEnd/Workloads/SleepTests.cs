using DockerMigrator.EndToEnd.Clients;
using DockerMigrator.EndToEnd.Harness;

namespace DockerMigrator.EndToEnd.Workloads;

/// <summary>Programs that do nothing but wait: CRIU breaks their waits off, and they are to notice nothing of it.</summary>
[Trait("Area", "Workloads")]
public sealed class SleepTests(Hosts hosts) : MigrationTest(hosts)
{
    // A file that is to be as long on the target as it was here, or CRIU restores nothing.
    private static readonly string[] WithFile = ["-v", "/srv/shared:/shared", "--entrypoint", "sh"];
    private static readonly string[] Opening = ["-c", "exec 7</shared/file; exec \"$@\"", "sh"];

    // Long enough for a thread to come back from its call, and for what that does.
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(0.5);

    [Theory]
    [InlineData(HostPair.TrixieToTrixie)]
    [InlineData(HostPair.UnifiedToUnified)]
    public async Task A_program_that_sleeps_goes_on_sleeping(HostPair pair)
    {
        await StartAsync(pair);

        await MoveAsync("sleep");
        await MoveAsync("waits");

        await VerifySleepAsync(Target);
    }

    [Theory]
    [InlineData(HostPair.TrixieToTrixie)]
    [InlineData(HostPair.UnifiedToUnified)]
    public async Task A_program_that_sleeps_goes_on_sleeping_after_a_rollback(HostPair pair)
    {
        await StartAsync(pair);
        await Target.ShellAsync("echo short >/srv/shared/file");

        (await MigrateAsync("sleep")).ShouldEndWith(4).Outcome.Should().Be("rolled-back");
        (await MigrateAsync("waits")).ShouldEndWith(4).Outcome.Should().Be("rolled-back");

        await VerifySleepAsync(Source);
        await Target.ShellAsync("echo 'long content' >/srv/shared/file");
        await MoveAsync("sleep");
        await MoveAsync("waits");
        await VerifySleepAsync(Target);
    }

    [Theory]
    [InlineData(HostPair.TrixieToTrixie)]
    [InlineData(HostPair.UnifiedToUnified)]
    public async Task A_program_that_was_paused_before_goes_on_sleeping(HostPair pair)
    {
        await StartAsync(pair);
        await Source.DockerAsync("pause", "sleep", "waits");
        await Source.DockerAsync("unpause", "sleep", "waits");

        await MoveAsync("sleep");
        await MoveAsync("waits");

        await VerifySleepAsync(Target);
    }

    private async Task StartAsync(HostPair pair)
    {
        await UseAsync(pair);
        foreach (var host in (LabHost[])[Source, Target])
            await host.ShellAsync("mkdir -p /srv/shared && echo 'long content' >/srv/shared/file");
        await Source.StartAsync("sleep", [.. WithFile, "lab/busybox", .. Opening, "sleep", "1000"]);
        var program = PythonProgram.Command("waits");
        await Source.StartAsync("waits", [.. WithFile, program[0], .. Opening, .. program[1..]]);
        await Eventually.IsTrueAsync("all threads wait", async () => await Source.DockerAsync("logs", "waits") == "READY");
    }

    private static async Task VerifySleepAsync(LabHost host)
    {
        await Task.Delay(Moment);
        (await host.DockerAsync("logs", "waits")).Should().Be("READY", "no wait has ended");
        foreach (var name in (string[])["sleep", "waits"])
        {
            (await host.InspectAsync(name)).IsRunning.Should().BeTrue($"{name} still sleeps");
            var threads = await host.ShellAsync($"cat /proc/$(docker inspect -f '{{{{.State.Pid}}}}' {name})/task/*/status");
            threads.Should().NotMatchRegex(@"State:\s+[Tt]", "nobody stays stopped").And.NotMatchRegex(@"TracerPid:\s+[1-9]", "nor traced");
        }
    }
}
