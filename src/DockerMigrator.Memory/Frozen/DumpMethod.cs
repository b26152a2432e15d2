using System.Text.Json.Serialization;

namespace DockerMigrator.Memory.Frozen;

/// <summary>How the frozen container was dumped without the memory that had been sent.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DumpMethod>))]
public enum DumpMethod
{
    /// <summary>The page filter made it look empty.</summary>
    [JsonStringEnumMemberName("page-filter")]
    PageFilter,

    /// <summary>CRIU left all private memory out, for a page server that nobody asked.</summary>
    [JsonStringEnumMemberName("lazy-pages")]
    LazyPages,

    /// <summary>Not at all: CRIU dumped everything once more.</summary>
    [JsonStringEnumMemberName("full")]
    Full,
}
