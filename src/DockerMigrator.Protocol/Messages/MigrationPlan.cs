using System.Text.Json.Nodes;

namespace DockerMigrator.Protocol.Messages;

/// <summary>Everything the agent has to know to judge a migration and to create the container. Raw JSON goes through untouched.</summary>
public sealed record MigrationPlan
{
    /// <summary>The answer of <c>docker inspect</c> for the container, with the host paths that bind mounts are to have on the target.</summary>
    public required JsonObject Container { get; init; }

    /// <summary>The answer of <c>docker image inspect</c> for its image.</summary>
    public required JsonObject Image { get; init; }

    /// <summary>The answers of <c>docker volume inspect</c> for its named volumes.</summary>
    public required IReadOnlyList<JsonObject> Volumes { get; init; }

    /// <summary>The answers of <c>docker network inspect</c> for its networks.</summary>
    public required IReadOnlyList<JsonObject> Networks { get; init; }

    /// <summary>The bind mounts whose content is copied (<c>--bind copy</c>).</summary>
    public IReadOnlyList<CopiedBind> CopiedBinds { get; init; } = [];

    /// <summary>Whether named volumes and copied bind mounts that the target already has may be overwritten.</summary>
    public bool OverwriteVolumes { get; init; }

    /// <summary>Destinations of volumes whose content is copied; of the others this host's own is used.</summary>
    public IReadOnlyList<string> CopiedVolumes { get; init; } = [];

    /// <summary>Whether the container is started anew with its files, and no memory comes.</summary>
    public bool Restart { get; init; }

    /// <summary>An estimate of what the image, writable layer and volumes take on the target's disk, in bytes.</summary>
    public long DiskBytes { get; init; }

    /// <summary>An estimate of the container's memory, in bytes.</summary>
    public long MemoryBytes { get; init; }
}
