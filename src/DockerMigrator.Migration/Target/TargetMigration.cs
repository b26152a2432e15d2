using DockerMigrator.Docker.Containers;
using DockerMigrator.Docker.Engine;
using DockerMigrator.Docker.Hosts;
using DockerMigrator.Docker.Images;
using DockerMigrator.Migration.Journals;
using DockerMigrator.Migration.Transport.Data;
using DockerMigrator.Protocol.Messages;

namespace DockerMigrator.Migration.Target;

/// <summary>What the agent knows of the one migration on its connection.</summary>
public sealed class TargetMigration : IDisposable
{
    /// <summary>Names the migration on both sides.</summary>
    public required string Id { get; init; }

    /// <summary>What is to be moved and how.</summary>
    public required MigrationPlan Plan { get; init; }

    /// <summary>This host.</summary>
    public required HostFacts Host { get; init; }

    /// <summary>This host's engine.</summary>
    public required DockerClient Docker { get; init; }

    /// <summary>The version of CRIU here.</summary>
    public required Version CriuVersion { get; init; }

    /// <summary>The image here: found by the check or loaded.</summary>
    public ImageMatch? Image { get; set; }

    /// <summary>Set before anything is changed.</summary>
    public Journal? Journal { get; set; }

    /// <summary>Set when the container exists here.</summary>
    public ContainerInspect? Container { get; set; }

    /// <summary>Set when the checkpoint arrives.</summary>
    public TargetRestore? Restore { get; set; }

    /// <summary>Set when the source wants direct connections.</summary>
    public DataListener? Data { get; set; }

    /// <summary>The container on the source.</summary>
    public ContainerInspect Original => new(Plan.Container);

    /// <summary>The image on the source.</summary>
    public ImageInspect OriginalImage => new(Plan.Image);

    /// <summary>The journal, begun at the first change.</summary>
    public Journal OpenJournal() => Journal ??= Journal.Create(JournalDirectory.Target(Id));

    /// <inheritdoc/>
    public void Dispose()
    {
        Data?.Dispose();
        Restore?.Dispose();
        Journal?.Dispose();
    }
}
