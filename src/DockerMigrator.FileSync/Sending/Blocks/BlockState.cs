namespace DockerMigrator.FileSync.Sending.Blocks;

/// <summary>How a block of a file is to what the target has.</summary>
internal enum BlockState : byte
{
    /// <summary>The same.</summary>
    Same = 0,

    /// <summary>Other data.</summary>
    Changed = 1,

    /// <summary>A hole, where the target has data.</summary>
    NewHole = 2,

    /// <summary>A hole on both sides.</summary>
    Hole = 3,
}
