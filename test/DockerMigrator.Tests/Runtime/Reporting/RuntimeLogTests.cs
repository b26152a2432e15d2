using System.Text.Json.Nodes;
using DockerMigrator.Runtime.Reporting;

namespace DockerMigrator.Tests.Runtime.Reporting;

public sealed class RuntimeLogTests
{
    private static readonly DateTimeOffset Time = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [Fact]
    public void The_shim_finds_level_message_and_time()
    {
        var line = JsonNode.Parse(RuntimeLog.Format("It \"failed\"\nbadly.", Time, json: true))!;

        line["level"]!.GetValue<string>().Should().Be("error");
        line["msg"]!.GetValue<string>().Should().Be("It \"failed\"\nbadly");
        line["time"]!.GetValue<string>().Should().Be("2026-01-02T03:04:05+00:00");
    }

    [Fact]
    public void Text_is_one_line_too() =>
        RuntimeLog.Format("a\nb", Time, json: false).Should().Be("time=\"2026-01-02T03:04:05+00:00\" level=error msg=\"a\\nb\"\n");
}
