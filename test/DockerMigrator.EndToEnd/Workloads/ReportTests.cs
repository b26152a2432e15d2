using System.Text.Json.Nodes;
using DockerMigrator.EndToEnd.Clients;
using DockerMigrator.EndToEnd.Harness;

namespace DockerMigrator.EndToEnd.Workloads;

/// <summary>What the tool tells: the JSON report on standard output and the words on standard error.</summary>
[Trait("Area", "Reports")]
public sealed class ReportTests(Hosts hosts) : MigrationTest(hosts)
{
    [Fact]
    public async Task The_report_has_everything_that_is_promised()
    {
        await NumberLog.StartAsync(Source, "counter", "-v", "data:/data");
        var id = (await Source.InspectAsync("counter")).Id;

        var result = await MoveAsync("counter");

        var report = result.Report;
        report["outcome"]!.GetValue<string>().Should().Be("moved");
        report["container"]!["name"]!.GetValue<string>().Should().Be("counter");
        report["container"]!["source_id"]!.GetValue<string>().Should().Be(id);
        report["container"]!["target_id"]!.GetValue<string>().Should().Be((await Target.InspectAsync("counter")).Id);
        report["source"]!.GetValue<string>().Should().Be(Source.Name);
        report["destination"]!.GetValue<string>().Should().Be(Target.Name);
        var phases = report["phases"]!.AsArray().ToDictionary(phase => phase!["name"]!.GetValue<string>(), phase => phase!["ms"]!.GetValue<double>());
        phases.Keys.Should().Equal("check", "prepare", "copy", "pre-copy", "freeze", "dump", "restore", "commit", "settle");
        phases.Values.Should().OnlyContain(ms => ms >= 0);
        result.TotalMs.Should().BeApproximately(phases.Values.Sum(), 100);
        result.DowntimeMs.Should().BeInRange(phases["dump"] + phases["restore"], phases["freeze"] + phases["dump"] + phases["restore"] + phases["commit"] + 50);
        var bytes = report["bytes"]!.AsObject();
        bytes["checkpoint"]!.GetValue<long>().Should().BeInRange(10_000, 50_000_000);
        bytes["logs"]!.GetValue<long>().Should().BePositive();
        bytes["memory"]!.GetValue<long>().Should().BePositive();
        var memory = report["memory"]!;
        memory["strategy"]!.GetValue<string>().Should().Be("pre-copy");
        memory["tracker"]!.GetValue<string>().Should().Be(RunningMigration.ForcedTracker ?? "uffd-wp");
        memory["rounds"]!.AsArray().Count.Should().BeGreaterThan(1);
        report["warnings"]!.AsArray().Should().BeEmpty();
        report["error"].Should().BeNull();
        result.Stderr.Should().NotContain("  at ", "nobody wants a stack trace");
    }

    [Fact]
    public async Task The_downtime_in_the_report_is_what_the_container_felt()
    {
        await Source.StartAsync("clock", PythonProgram.Command("clock"));
        await Task.Delay(500);

        var result = await MoveAsync("clock");

        await Task.Delay(300);
        var felt = (await Target.DockerAsync("logs", "clock")).Split('\n').Max(double.Parse);
        felt.Should().BeInRange(result.DowntimeMs - 200, result.DowntimeMs + 100);
    }

    [Fact]
    public async Task Without_json_nothing_goes_to_standard_output()
    {
        await NumberLog.StartAsync(Source, "counter");

        var result = await Source.TryOnAsync("docker-migrator", "migrate", "counter", $"ssh://root@{Target.Name}:22");

        result.ExitCode.Should().Be(0, result.Stderr);
        result.Stdout.Should().BeEmpty();
        result.Stderr.Should().MatchRegex("counter runs on .*It stood still for [0-9]+ ms");
        await NumberLog.VerifyGoesOnAsync(Target, "counter");
    }

    [Fact]
    public async Task Quiet_says_nothing_when_all_is_well()
    {
        await NumberLog.StartAsync(Source, "counter");

        var result = await Source.TryOnAsync("docker-migrator", "migrate", "--quiet", "counter", Target.Name);

        (result.ExitCode, result.Stdout, result.Stderr).Should().Be((0, "", ""));
    }

    [Fact]
    public async Task Kept_images_are_kept_and_only_then()
    {
        await NumberLog.StartAsync(Source, "counter");

        await MoveAsync("counter", "--keep-images", "/srv/images");

        Directory.GetFiles(Source.PathOf("/srv/images"), "*.img", SearchOption.AllDirectories).Should().NotBeEmpty();
    }
}
