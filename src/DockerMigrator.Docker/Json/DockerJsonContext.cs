using System.Text.Json.Serialization;
using DockerMigrator.Docker.Hosts;
using DockerMigrator.Docker.Images;
using DockerMigrator.Docker.Rules;

namespace DockerMigrator.Docker.Json;

/// <summary>How this project's records become JSON, without reflection.</summary>
[JsonSerializable(typeof(HostFacts))]
[JsonSerializable(typeof(TargetQuery))]
[JsonSerializable(typeof(TargetInventory))]
[JsonSerializable(typeof(ImageMatch))]
[JsonSerializable(typeof(LoadedImage))]
public sealed partial class DockerJsonContext : JsonSerializerContext;
