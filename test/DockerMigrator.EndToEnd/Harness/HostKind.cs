namespace DockerMigrator.EndToEnd.Harness;

/// <summary>A kind of lab host.</summary>
/// <param name="Name">Beginning of the names of hosts of this kind.</param>
/// <param name="Specification">SUITE:CGROUP:STORE of the lab; CGROUP empty for the machine's own.</param>
public sealed record HostKind(string Name, string Specification)
{
    /// <summary>Docker 26.1, overlay2, the machine's cgroups.</summary>
    public static HostKind Trixie { get; } = new("trixie", "trixie");

    /// <summary>Docker 28.5, overlay2, the machine's cgroups.</summary>
    public static HostKind Sid { get; } = new("sid", "sid");

    /// <summary>Docker 26.1 on the unified hierarchy.</summary>
    public static HostKind Unified { get; } = new("unified", "trixie:v2");

    /// <summary>Docker 20.10 with the first overlay driver.</summary>
    public static HostKind Legacy { get; } = new("legacy", "legacy:v1:overlay");

    /// <summary>Docker 28.5 with the containerd image store.</summary>
    public static HostKind Snapshotter { get; } = new("store", "sid::containerd");
}
