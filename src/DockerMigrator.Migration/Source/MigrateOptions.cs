using DockerMigrator.Memory.Streaming;
using DockerMigrator.Migration.Source.Mounts;
using DockerMigrator.Protocol.Convergence;

namespace DockerMigrator.Migration.Source;

/// <summary>What the user asked for.</summary>
/// <param name="Container">Name or ID, or the beginning of an ID.</param>
/// <param name="Destination">As the user wrote it.</param>
public sealed record MigrateOptions(string Container, string Destination)
{
    /// <summary>Keep the source's container, stopped and with its restart policy off, instead of removing it.</summary>
    public bool KeepSource { get; init; }

    /// <summary>Also keep the CRIU images, in this directory of the source; null keeps none.</summary>
    public string? KeepImages { get; init; }

    /// <summary>What becomes of the processes.</summary>
    public MigrationMode Mode { get; init; }

    /// <summary>What becomes of the content of volumes, where the user said it.</summary>
    public IReadOnlyList<VolumeChoice> Volumes { get; init; } = [];

    /// <summary>What becomes of bind mounts, where the user said it.</summary>
    public IReadOnlyList<BindChoice> Binds { get; init; } = [];

    /// <summary>Copy volumes that other running containers write to, which are paused for the last pass.</summary>
    public bool Force { get; init; }

    /// <summary>Overwrite named volumes that the target already has.</summary>
    public bool OverwriteVolumes { get; init; }

    /// <summary>The storage driver by whose layout the container's layer is read; null for the one that Docker names.</summary>
    public string? StorageDriver { get; init; }

    /// <summary>How memory is moved.</summary>
    public Strategy Strategy { get; init; }

    /// <summary>The dirty tracker by name; null for the best that works here.</summary>
    public string? Tracker { get; init; }

    /// <summary>Bytes a second that may be sent while the container runs; null for no limit.</summary>
    public long? BytesPerSecond { get; init; }

    /// <summary>Whether memory is compressed on the wire.</summary>
    public PageCompression Compression { get; init; }

    /// <summary>Direct connections for memory; 0 sends it through the connection to the agent.</summary>
    public int Connections { get; init; } = 2;

    /// <summary>When to freeze.</summary>
    public ConvergenceLimits Convergence { get; init; } = ConvergenceLimits.Default;

    /// <summary>What to do if that cannot be reached.</summary>
    public NoConvergence OnNoConvergence { get; init; }
}
