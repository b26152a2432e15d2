using DockerMigrator.Criu.Checkpoint;
using DockerMigrator.Criu.Errors;
using DockerMigrator.Criu.Images;
using DockerMigrator.Criu.Tasks;
using DockerMigrator.Docker.Containers;
using DockerMigrator.Docker.Engine;
using DockerMigrator.Docker.Rules;
using DockerMigrator.Memory.Frozen;
using DockerMigrator.Migration.Journals;
using DockerMigrator.Migration.Reporting;
using DockerMigrator.Migration.Source.Logs;
using DockerMigrator.Migration.Source.Mounts;
using DockerMigrator.Migration.Transport;
using DockerMigrator.Migration.Wire;
using DockerMigrator.Protocol.Messages;

namespace DockerMigrator.Migration.Source;

/// <summary>What the phases of one migration hand to each other. A phase that needs something finds it set by an earlier one.</summary>
public sealed class SourceContext(MigrateOptions options, Connector connector, DockerClient docker, PhaseClock clock) : IAsyncDisposable
{
    /// <summary>What the user asked for.</summary>
    public MigrateOptions Options => options;

    /// <summary>The way to the target.</summary>
    public Connector Connector => connector;

    /// <summary>This host's engine.</summary>
    public DockerClient Docker => docker;

    /// <summary>Times, bytes and warnings.</summary>
    public PhaseClock Clock => clock;

    /// <summary>Names this migration on both sides.</summary>
    public string Id { get; } = JournalDirectory.NewId();

    /// <summary>This host's name, for messages to people.</summary>
    public string HostName { get; } = Environment.MachineName;

    /// <summary>The target host's name, for messages to people.</summary>
    public string TargetName => connector.Destination.Host;

    /// <summary>Set by the check: nobody else migrates this container meanwhile.</summary>
    public ContainerLock? Lock { get; set; }

    /// <summary>Set by the check: the connection to the agent.</summary>
    public AgentLink Agent { get; set; } = null!;

    /// <summary>Set by the check: all that is known about the container.</summary>
    public SourceSurvey Survey { get; set; } = null!;

    /// <summary>Set by the check: what becomes of the container's volumes and bind mounts.</summary>
    public MountPlan Mounts { get; set; } = null!;

    /// <summary>Set by the check: what the target was told.</summary>
    public MigrationPlan Plan { get; set; } = null!;

    /// <summary>Set by the check: what the target said.</summary>
    public Checked Checked { get; set; } = null!;

    /// <summary>Set by the check: how the container is frozen and looked at.</summary>
    public ContainerCgroup Cgroup { get; set; } = null!;

    /// <summary>Set by the check: whether established TCP connections go along, and why not.</summary>
    public bool KeepConnections { get; set; }

    /// <summary>Set by the check: networks on which the container keeps its addresses.</summary>
    public IReadOnlyList<string> KeepAddressesOn { get; set; } = [];

    /// <summary>Set by the preparation, before anything is changed.</summary>
    public Journal? Journal { get; set; }

    /// <summary>Set by the preparation: the container's ID on the target.</summary>
    public string? TargetId { get; set; }

    /// <summary>Set by the check: the container's files, with what was sent of them.</summary>
    public SourceFiles? Files { get; set; }

    /// <summary>Set by the preparation: tells when the frozen container's log is complete; null if it is in no file.</summary>
    internal LogDrain? LogDrain { get; set; }

    /// <summary>Set by the check: this host's runc.</summary>
    public RuncBinary Runc { get; set; } = null!;

    /// <summary>Set by the check: the version of this host's CRIU.</summary>
    public Version? CriuVersion { get; set; }

    /// <summary>Set by the check: the container's memory, with what was sent of it; null if all of it is sent in the freeze.</summary>
    public SourceMemory? Memory { get; set; }

    /// <summary>Set by the check: how CRIU can be kept from dumping memory that was sent.</summary>
    public DumpMethod DumpMethod { get; set; }

    /// <summary>Set by the dump: the memory in which the images lie.</summary>
    public ImageMemory? Images { get; set; }

    /// <summary>Set by a rollback whose container does not run any more: how it ended, for the report's sentence.</summary>
    public string? SourceEnded { get; set; }

    /// <summary>The container.</summary>
    public ContainerInspect Container => Survey.Container;

    /// <summary>Fails if the container's first process is gone: it ended, or Docker has started it anew.</summary>
    /// <exception cref="CriuException">It is.</exception>
    public void EnsureRuns()
    {
        if (!Directory.Exists($"/proc/{Container.Pid}"))
            throw new CriuException($"The container {Container.Name} ended while it was being moved.");
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Images?.Dispose();
        Memory?.Dispose();
        Files?.Dispose();
        Journal?.Dispose();
        if (Agent is not null)
            await Agent.DisposeAsync();
        Lock?.Dispose();
    }
}
