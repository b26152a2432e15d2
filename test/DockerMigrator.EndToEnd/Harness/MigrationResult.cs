using System.Text.Json.Nodes;

namespace DockerMigrator.EndToEnd.Harness;

/// <summary>How a <c>docker-migrator migrate --json</c> ended.</summary>
public sealed record MigrationResult(int ExitCode, string Stdout, string Stderr)
{
    /// <summary>The report; fails if there is none, or more than it.</summary>
    public JsonObject Report => JsonNode.Parse(Stdout) as JsonObject ?? throw new FormatException($"No report on stdout: {this}");

    public string Outcome => Report["outcome"]!.GetValue<string>();

    public double DowntimeMs => Report["downtime_ms"]!.GetValue<double>();

    public double TotalMs => Report["total_ms"]!.GetValue<double>();

    public IReadOnlyList<string> Warnings => [.. Report["warnings"]!.AsArray().Select(warning => warning!.GetValue<string>())];

    /// <summary>What it said to the user in the end: the lines that are neither progress nor warnings.</summary>
    public IReadOnlyList<string> Complaints =>
    [
        .. Stderr.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(line => line.StartsWith("docker-migrator: ", StringComparison.Ordinal) && !line.StartsWith("docker-migrator: warning: ", StringComparison.Ordinal)),
    ];

    /// <summary>Fails, with everything that it said, unless it ended with this exit code.</summary>
    public MigrationResult ShouldEndWith(int exitCode)
    {
        ExitCode.Should().Be(exitCode, "it said: {0}\n{1}", Stderr, Stdout);
        return this;
    }
}
