namespace DockerMigrator.FileSync.Wire;

/// <summary>What a change stream may hold, at most.</summary>
internal static class WireLimits
{
    public const uint Magic = 0x53464D44;
    public const byte Version = 2;
    public const int BlockSize = 1 << 20;
    public const int LengthPrefix = 4;
    public const int SegmentHeader = 12;

    /// <summary>Marks a block's length: nothing of the stream follows it.</summary>
    public const uint LastBlock = 1u << 31;

    /// <summary>Marks a segment's length: a hole, of which there are no bytes.</summary>
    public const uint Hole = 1u << 31;
    public const int LongestHole = 1 << 30;
    public const int XattrName = 255;
    public const int XattrValue = 64 * 1024;
    public const int XattrTotal = 16 << 20;
    public const int SymlinkTarget = 4095;

    /// <summary>Beyond the deepest trees that file systems and people make; keeps a hostile sender from filling the memory.</summary>
    public const int Depth = 65536;
    public const int LinkPath = 8 << 20;
}
