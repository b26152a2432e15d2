using System.Text.Json.Serialization;

namespace DockerMigrator.Memory.Serving;

/// <summary>The form of <see cref="LazyState"/> in files.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(LazyState))]
internal sealed partial class LazyStateJson : JsonSerializerContext;
