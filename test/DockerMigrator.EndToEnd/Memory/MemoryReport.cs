using System.Text.Json.Nodes;
using DockerMigrator.EndToEnd.Harness;

namespace DockerMigrator.EndToEnd.Memory;

/// <summary>What the report says of how memory was moved.</summary>
internal sealed record MemoryReport(string Strategy, string? Tracker, string? Dump, IReadOnlyList<long> DirtyBytes, IReadOnlyList<long> EqualBytes, IReadOnlyList<long> SentBytes)
{
    public static MemoryReport Of(MigrationResult result)
    {
        var memory = result.Report["memory"]!;
        var rounds = memory["rounds"]!.AsArray();
        rounds.Should().OnlyContain(round => round!["ms"]!.GetValue<double>() >= 0);
        return new MemoryReport(
            memory["strategy"]!.GetValue<string>(),
            memory["tracker"]?.GetValue<string>(),
            memory["dump"]?.GetValue<string>(),
            Numbers(rounds, "dirty_bytes"),
            Numbers(rounds, "equal_bytes"),
            Numbers(rounds, "sent_bytes"));
    }

    private static List<long> Numbers(JsonArray rounds, string name) => [.. rounds.Select(round => round![name]!.GetValue<long>())];
}
