using System.Text.Json.Serialization;

namespace DockerMigrator.Migration.Reporting;

/// <summary>How a migration ended.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<MigrationOutcome>))]
public enum MigrationOutcome
{
    /// <summary>The container runs on the target.</summary>
    [JsonStringEnumMemberName("moved")]
    Moved,

    /// <summary>Nothing was touched on either side.</summary>
    [JsonStringEnumMemberName("refused")]
    Refused,

    /// <summary>It failed; the container goes on at the source and the target is clean.</summary>
    [JsonStringEnumMemberName("rolled-back")]
    RolledBack,

    /// <summary>As <see cref="RolledBack"/>, because the user asked for it.</summary>
    [JsonStringEnumMemberName("cancelled")]
    Cancelled,

    /// <summary>Nobody can say which side the container belongs to; it is paused at the source.</summary>
    [JsonStringEnumMemberName("in-doubt")]
    InDoubt,
}
