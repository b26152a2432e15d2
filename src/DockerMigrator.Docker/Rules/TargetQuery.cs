using System.Text.Json.Nodes;

namespace DockerMigrator.Docker.Rules;

/// <summary>What the target is asked about: the container that wants to come.</summary>
/// <param name="Container">As the source's engine inspects it.</param>
/// <param name="Image">Its image, likewise.</param>
public sealed record TargetQuery(JsonObject Container, JsonObject Image);
