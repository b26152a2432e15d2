using DockerMigrator.EndToEnd.Clients;
using DockerMigrator.EndToEnd.Harness;

namespace DockerMigrator.EndToEnd.Files;

/// <summary>What a container prints goes through containerd and Docker into its log, which may take its time.</summary>
[Trait("Area", "Files")]
public sealed class LogTests(Hosts hosts) : MigrationTest(hosts)
{
    [Fact]
    public async Task A_line_that_Docker_has_in_hand_at_the_freeze_is_in_the_log_on_the_target()
    {
        await StartAsync("400000");
        await using (await SlowLog.StartAsync(Source, "slow", TimeSpan.FromMilliseconds(350)))
            (await RunningMigration.RunAsync(Source, ["slow", Target.Name])).ShouldEndWith(0).Warnings.Should().BeEmpty();
        await NumberLog.VerifyGoesOnAsync(Target, "slow");
    }

    [Fact]
    public async Task A_line_that_Docker_writes_far_too_late_is_told_of()
    {
        await StartAsync("3500000");
        await using var slow = await SlowLog.StartAsync(Source, "slow", TimeSpan.FromMilliseconds(3400));
        // One after the other is in Docker's hands from here on.
        await NumberLog.WaitForAsync(Source, "slow", 2);

        var result = (await RunningMigration.RunAsync(Source, ["slow", Target.Name])).ShouldEndWith(0);

        result.Warnings.Should().ContainSingle().Which.Should().Match(
            $"Docker on {Source.Name} wrote the last * bytes of slow's log too late to be moved (*), so its log on {Target.Name} lacks them: {{\"log\":\"*");
    }

    // Docker keeps it until its end comes, or the program's; and the end will come on the target.
    [Fact]
    public async Task A_line_that_has_no_end_at_the_freeze_is_told_of()
    {
        await Source.StartAsync("prompt", "lab/busybox", "sh", "-c", "trap exit TERM; echo whole; printf half; touch /printed; while :; do sleep 0.1; done");
        await Eventually.IsTrueAsync("it has printed", async () => (await Source.TryDockerAsync("exec", "prompt", "test", "-e", "/printed")).Succeeded);

        var result = (await RunningMigration.RunAsync(Source, ["prompt", Target.Name])).ShouldEndWith(0);

        result.Warnings.Should().ContainSingle().Which.Should().Match($"*lacks them: {{\"log\":\"half\",*");
        (await Target.DockerAsync("logs", "prompt")).Should().Be("whole");
    }

    [Fact]
    public async Task A_Docker_that_never_rests_loses_no_line()
    {
        await NumberLog.StartAsync(Source, "counter");
        await Source.StartAsync("noise", "lab/busybox", "sh", "-c", "trap exit TERM; while :; do echo noise; done");

        (await RunningMigration.RunAsync(Source, ["counter", Target.Name])).ShouldEndWith(0);

        await NumberLog.VerifyGoesOnAsync(Target, "counter");
    }

    private async Task StartAsync(string microseconds)
    {
        await Source.StartAsync("slow", "lab/busybox", "sh", "-c", NumberLog.Script.Replace("10000", microseconds, StringComparison.Ordinal));
        await NumberLog.WaitForAsync(Source, "slow", 1);
    }
}
