namespace DockerMigrator.Docker.Volumes;

/// <summary>Where a volume's content lies, as its driver and options tell.</summary>
public enum VolumeStorage
{
    /// <summary>In Docker's own directory of volumes.</summary>
    Directory,

    /// <summary>In another directory of the host, which the <c>local</c> driver binds (<c>o=bind</c>).</summary>
    HostPath,

    /// <summary>In memory (<c>type=tmpfs</c>): it is there only while a container runs that uses it.</summary>
    Memory,

    /// <summary>On a device of the host that the <c>local</c> driver mounts (<c>type=ext4</c>): to be reached only where Docker mounted it.</summary>
    Device,

    /// <summary>On the network: a share that the <c>local</c> driver mounts, or any other driver's business. Both hosts may see the same.</summary>
    Network,
}
