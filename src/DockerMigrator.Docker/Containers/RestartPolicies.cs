using System.Text.Json.Nodes;

namespace DockerMigrator.Docker.Containers;

/// <summary>Restart policies as HostConfig has them.</summary>
public static class RestartPolicies
{
    /// <summary>Docker leaves the container alone when it ends.</summary>
    public static JsonObject None() => new() { ["Name"] = "no", ["MaximumRetryCount"] = 0 };
}
