using System.Text.Json;
using System.Text.Json.Serialization;

namespace DockerMigrator.Migration.Reporting;

/// <summary>The report as JSON, without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(MigrationReport))]
public sealed partial class ReportJson : JsonSerializerContext
{
    /// <summary>The document that <c>--json</c> prints.</summary>
    public static string Write(MigrationReport report) => JsonSerializer.Serialize(report, Default.MigrationReport);
}
