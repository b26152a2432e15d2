using System.Text.Json.Serialization;

namespace DockerMigrator.Migration.Reporting;

/// <summary>What came of a migration: the one JSON document that <c>--json</c> prints.</summary>
public sealed record MigrationReport
{
    /// <summary>How it ended.</summary>
    public required MigrationOutcome Outcome { get; init; }

    /// <summary>The exit code that goes with it.</summary>
    [JsonIgnore]
    public int ExitCode => Outcome switch
    {
        MigrationOutcome.Moved => 0,
        MigrationOutcome.Refused => 3,
        MigrationOutcome.RolledBack => 4,
        MigrationOutcome.Cancelled => 130,
        _ => 5,
    };

    /// <summary>The container.</summary>
    public required ReportedContainer Container { get; init; }

    /// <summary>The source host's name.</summary>
    public required string Source { get; init; }

    /// <summary>The destination as the user wrote it.</summary>
    public required string Destination { get; init; }

    /// <summary>What became of the processes: <c>live</c>, or <c>restart</c>.</summary>
    public required string Mode { get; init; }

    /// <summary>
    /// Milliseconds from the request to freeze (or stop) it until the target confirmed that the container runs, or, after a rollback,
    /// until it went on at the source; null if it was never frozen.
    /// </summary>
    public double? DowntimeMs { get; init; }

    /// <summary>Milliseconds in all.</summary>
    public required double TotalMs { get; init; }

    /// <summary>The phases in their order.</summary>
    public required IReadOnlyList<ReportedPhase> Phases { get; init; }

    /// <summary>Bytes sent, by kind: image, rootfs, volumes, binds, logs, memory, checkpoint.</summary>
    public required IReadOnlyDictionary<string, long> Bytes { get; init; }

    /// <summary>How memory was moved; null if it did not come to that.</summary>
    public ReportedMemory? Memory { get; init; }

    /// <summary>What the user should know though it went well.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Why it did not go well; null if it did.</summary>
    public string? Error { get; init; }
}
