namespace DockerMigrator.Memory.Serving;

/// <summary>What the worker of a lazy restore tells its keeper: a message is this byte and a slot, four bytes.</summary>
internal enum KeeperMessageKind : byte
{
    /// <summary>Hold the descriptor that comes along.</summary>
    Hold = 1,

    /// <summary>Close what is held in the slot.</summary>
    Release = 2,

    /// <summary>The worker is about to end, and nothing is missing or it has told what is.</summary>
    Farewell = 3,
}
