namespace DockerMigrator.Memory.Lazy;

/// <summary>What became of an attempt to give a process pages.</summary>
internal enum DeliveryResult
{
    /// <summary>It has them, or the memory that they belong to is no more.</summary>
    Settled,

    /// <summary>Not now: the kernel has something to tell first, or no memory to spare.</summary>
    Later,

    /// <summary>The process is no more.</summary>
    Gone,
}
